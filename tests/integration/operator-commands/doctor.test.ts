/**
 * Goal: `npm run doctor` as its user meets it: exit code, text, JSON. Method: the real script on a
 * machine that has nothing but stand-ins; what it makes of each answer, tests/unit/modules/doctor says.
 */
import { StandInPrograms } from '../../support/index.ts';
import type { StandInAnswer } from '../../support/index.ts';

const canary = 'canary-of-the-account';
const machine: readonly StandInAnswer[] = [
  { call: 'terraform version', output: 'Terraform v1.11.4' },
  { call: 'aws --version', output: 'aws-cli/2.31.0' },
  {
    call: 'aws sts get-caller-identity',
    output: JSON.stringify({ Account: '111122223333', Arn: 'arn:aws:iam::111122223333:user/me' }),
  },
  { call: 'aws ec2 describe-regions', output: '{"Regions":[{"OptInStatus":"opted-in"}]}' },
  { call: 'aws', status: 254, errorOutput: 'An error occurred (AccessDenied) when calling it: no' },
];
const variables = {
  KIT_ENV: 'nobody-has-this',
  KIT_IMAGE: 'ghcr.io/acme/broker:1',
  AWS_SECRET_ACCESS_KEY: canary,
};

function doctor(programs: StandInPrograms, ...args: string[]) {
  return programs.run(['scripts/doctor.ts', ...args], { variables });
}

describe('npm run doctor', () => {
  test('ends with 0 where a deploy would succeed, and says what could not be seen', async () => {
    const { status, output } = await doctor(new StandInPrograms(machine), 'aws');
    expect(output).toMatch(
      /^ok +login +arn:aws:iam::111122223333:user\/me, account 111122223333$/m,
    );
    expect(output).toMatch(/^ok +version of EKS +EKS \S+, supported until /m);
    expect(output).toMatch(/^warning +permissions /m);
    expect(output).toMatch(/, 0 problems$/m);
    expect(output).not.toContain(canary);
    expect(status).toBe(0);
  });

  test('ends with 1 where it would not, in four parts that say what to do', async () => {
    const programs = new StandInPrograms(machine.slice(0, 1));
    const { status, output } = await doctor(programs, 'aws');
    expect(output).toMatch(
      /^problem +login .*\(NOT_LOGGED_IN\)\n +received: .*\n +accepted: .*\n +next: +aws/m,
    );
    expect(status).toBe(1);
  });

  test('prints JSON and nothing else when it is asked to', async () => {
    const { output } = await doctor(new StandInPrograms(machine), 'local', '--json');
    expect(JSON.parse(output)).toEqual({
      environment: 'nobody-has-this',
      examined: [
        { name: 'node', verdict: 'ok', found: `Node.js ${process.versions.node}` },
        { name: 'terraform', verdict: 'ok', found: 'Terraform 1.11.4' },
        { name: 'settings', verdict: 'ok', found: 'go together' },
      ],
    });
  });

  test('rejects what it does not know, and asks nobody anything', async () => {
    const programs = new StandInPrograms(machine);
    const { status, output } = await doctor(programs, 'mars', '--quick');
    expect(output).toContain('(ARGUMENT_UNKNOWN)');
    expect(output).toContain('(ARGUMENT_INVALID)');
    expect(status).toBe(1);
    expect(programs.calls).toEqual([]);
  });

  test('says what it is for', async () => {
    const { status, output } = await doctor(new StandInPrograms(machine), '--help');
    expect(output).toContain('npm run doctor -- <target> [--json]');
    expect(status).toBe(0);
  });
});
