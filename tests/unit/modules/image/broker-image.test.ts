import { DataResource, TerraformOutput, TerraformStack, Testing } from '../../../../modules/cdk.ts';
import type { Registry } from '../../../../modules/contract/index.ts';
import { brokerImage } from '../../../../modules/image/index.ts';
import { repositoryRoot } from '../../../support/index.ts';

interface Synthesized {
  readonly resource: { readonly terraform_data: Readonly<Record<string, Record<string, unknown>>> };
  readonly output: { readonly reference: { readonly value: string } };
}

function synthesize(
  image: string | null,
  architecture: 'arm64' | 'amd64' = 'arm64',
): Synthesized['resource']['terraform_data'] & { reference?: string } {
  const stack = new TerraformStack(Testing.app(), 'stack');
  const repository = new DataResource(stack, 'repository', {});
  const registry: Registry = {
    repository: repository.id,
    login: { user: 'AWS', passwordCommand: ['aws', 'ecr', 'get-login-password'] },
    ready: [repository],
  };
  const made = brokerImage(stack, {
    root: repositoryRoot,
    settings: { image },
    registry: image === null ? registry : undefined,
    architecture,
  });
  new TerraformOutput(stack, 'reference', { value: made.reference, dependsOn: [...made.ready] });
  const json = JSON.parse(Testing.synth(stack)) as Synthesized;
  return { ...json.resource.terraform_data, reference: json.output.reference.value } as never;
}

describe('brokerImage', () => {
  test('is made when the registry is there, and anew with its content, its place or its processor', () => {
    const { 'broker-image': image, reference } = synthesize(null);
    expect(image?.['depends_on']).toEqual(['terraform_data.repository']);
    expect(image?.['triggers_replace']).toEqual({
      tag: expect.stringMatching(/^src-[0-9a-f]{12}$/),
      repository: '${terraform_data.repository.id}',
      platform: 'linux/arm64',
    });
    const { tag } = image?.['triggers_replace'] as { tag: string };
    expect(reference).toBe(`\${terraform_data.repository.id}:${tag}`);
  });

  test('is made by a program without a shell, which is told how to get a password, not the password', () => {
    const { 'broker-image': image } = synthesize(null, 'amd64');
    const [provisioner] = image?.['provisioner'] as [
      { 'local-exec': { command: string; interpreter: string[]; quiet: boolean } },
    ];
    const { command, interpreter, quiet } = provisioner['local-exec'];
    expect(interpreter[0]).toBe(process.execPath);
    expect(interpreter.at(-1)).toMatch(/modules\/image\/provisioner\.ts$/);
    expect(quiet).toBe(true);
    expect(JSON.parse(command)).toMatchObject({
      repository: '${terraform_data.repository.id}',
      platform: 'linux/amd64',
      login: { user: 'AWS', passwordCommand: ['aws', 'ecr', 'get-login-password'] },
    });
  });

  test('that is there already is named, and nothing is made for it', () => {
    const made = synthesize('ghcr.io/acme/broker:1.2.3');
    expect(made.reference).toBe('ghcr.io/acme/broker:1.2.3');
    expect(Object.keys(made)).toEqual(['repository', 'reference']);
  });

  test('rejects to be built without a registry', () => {
    const stack = new TerraformStack(Testing.app(), 'stack');
    expect(() =>
      brokerImage(stack, {
        root: repositoryRoot,
        settings: { image: null },
        registry: undefined,
        architecture: 'arm64',
      }),
    ).toThrow('needs a registry');
  });
});
