import { checkToolchain, renderProblem } from '../../../../modules/toolchain/index.mjs';

const answer = (text: string | null) => () => text;
const codes = (options: Partial<Parameters<typeof checkToolchain>[0]>): string[] =>
  checkToolchain({
    variables: {},
    nodeVersion: '20.19.0',
    run: answer('Terraform v1.11.4\non linux_amd64'),
    ...options,
  }).problems.map(({ code }) => code);

describe('checkToolchain', () => {
  test.each(['20.19.0', '20.20.2', '22.0.0', '24.21.0'])('accepts Node.js %s', (nodeVersion) => {
    expect(codes({ nodeVersion })).toEqual([]);
  });

  test.each(['18.20.0', '20.18.3'])('rejects Node.js %s', (nodeVersion) => {
    expect(codes({ nodeVersion })).toEqual(['NODE_TOO_OLD']);
  });

  test.each(['Terraform v1.11.0', 'Terraform v1.12.2', 'Terraform v2.0.0', 'OpenTofu v1.10.0'])(
    'accepts %s',
    (text) => {
      expect(codes({ run: answer(`${text}\non darwin_arm64\n`) })).toEqual([]);
    },
  );

  test.each(['Terraform v1.10.9', 'Terraform v0.15.0', 'OpenTofu v1.9.1'])('rejects %s', (text) => {
    expect(codes({ run: answer(text) })).toEqual(['TERRAFORM_TOO_OLD']);
  });

  test('asks the program that TERRAFORM_BINARY_NAME names', () => {
    const asked: string[] = [];
    const run = (command: string): string => {
      asked.push(command);
      return 'OpenTofu v1.10.5';
    };
    expect(codes({ variables: { TERRAFORM_BINARY_NAME: 'tofu' }, run })).toEqual([]);
    expect(asked).toEqual(['tofu']);
  });

  test('rejects a machine without Terraform and says how to install it', () => {
    const [problem] = checkToolchain({ variables: {}, run: answer(null) }).problems;
    expect(problem && renderProblem(problem)).toMatchInlineSnapshot(`
     "Terraform is not installed, or not in PATH. (TERRAFORM_MISSING)
       received: no answer from "terraform version"
       accepted: Terraform 1.11 or newer, or OpenTofu 1.10 or newer
       next:     install one, then run the command again:
                   macOS            brew install hashicorp/tap/terraform
                   Linux, Windows   a package or a single binary for PATH: https://developer.hashicorp.com/terraform/install
                   OpenTofu         https://opentofu.org/docs/intro/install, and export TERRAFORM_BINARY_NAME=tofu"
    `);
  });
});
