/**
 * Goal: `npm run audit` as its user meets it. Method: the real script on a machine that has nothing
 * but a stand-in for the tool of AWS; what it makes of each answer, tests/unit/modules/audit says.
 */
import { StandInPrograms } from '../../support/index.ts';
import type { StandInAnswer } from '../../support/index.ts';

const volume = 'arn:aws:ec2:eu-central-1:111122223333:volume/vol-1';
const clean: readonly StandInAnswer[] = [
  { call: 'aws', output: '[]' },
  { call: 'aws resourcegroupstaggingapi get-resources', output: '{"ResourceTagMappingList":[]}' },
];
const dirty: readonly StandInAnswer[] = [
  { call: 'aws', output: '[]' },
  {
    call: 'aws resourcegroupstaggingapi get-resources',
    output: JSON.stringify({ ResourceTagMappingList: [{ ResourceARN: volume }] }),
  },
];
const variables = { KIT_ENV: 'nobody-has-this' };

describe('npm run audit', () => {
  test('ends with 0 where nothing is left', async () => {
    const programs = new StandInPrograms(clean);
    const { status, output } = await programs.run(['scripts/audit.ts'], { variables });
    expect(output).toBe('Target aws, environment nobody-has-this\nNothing is left.\n');
    expect(status).toBe(0);
    expect(programs.commands.every((text) => text.includes('--region eu-central-1'))).toBe(true);
  });

  test('ends with 1 where something is, and names it', async () => {
    const programs = new StandInPrograms(dirty);
    const { status, output } = await programs.run(['scripts/audit.ts', 'aws', '--json'], {
      variables,
    });
    expect(JSON.parse(output)).toEqual({
      environment: 'nobody-has-this',
      target: 'aws',
      isDeployed: false,
      leftovers: [{ what: volume, verdict: 'left', why: '' }],
      unread: [],
    });
    expect(status).toBe(1);
  });
});
