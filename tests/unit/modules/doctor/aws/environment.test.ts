import { examineEnvironment } from '../../../../../modules/doctor/aws/environment.ts';
import { outsideOf, Refusal } from '../../../../support/index.ts';
import { inShort } from '../in-short.ts';
import type { Answer } from '../../../../support/index.ts';
import { kitOf } from './kit-of.ts';

const role = 'arn:aws:iam::111122223333:role';
const options = {
  settings: kitOf().aws,
  environment: 'dev',
  caller: { account: '111122223333', principal: `${role}/deployer` },
};

function account(...changed: readonly Answer[]): Answer[] {
  const names = new Set(changed.map(([call]) => call));
  const nothing: Answer[] = [
    ['aws eks list-clusters', []],
    ['aws rds describe-db-instances', ['another', 'thebes-dev-2']],
    ['aws ecr describe-repositories', ['thebes-dev-2']],
    ['aws secretsmanager list-secrets', ['thebes-dev-2-root-x1y2z3']],
  ];
  return [...nothing.filter(([call]) => !names.has(call)), ...changed];
}

const cluster: readonly Answer[] = [
  ['aws eks list-clusters', ['thebes-dev-2-00abc', 'thebes-dev-0qx1z']],
  [
    'aws eks describe-cluster --name thebes-dev-0qx1z',
    { cluster: { endpoint: 'https://cluster.example.com' } },
  ],
  [
    'aws eks list-access-entries --cluster-name thebes-dev-0qx1z',
    { accessEntries: [`${role}/path/of/deployer`] },
  ],
];
const reachable = ['cluster.example.com'];

describe('examineEnvironment of one that was never deployed', () => {
  const isRecorded = false;

  test('finds its names free, those of an environment with a longer name aside', async () => {
    const examined = await examineEnvironment(outsideOf(account()), { ...options, isRecorded });
    expect(inShort(examined)).toEqual(['ok names: nothing is called thebes-dev yet']);
  });

  test('says what has its names already', async () => {
    const taken = account(
      ['aws eks list-clusters', ['thebes-dev-0qx1z']],
      ['aws rds describe-db-instances', ['thebes-dev']],
      ['aws secretsmanager list-secrets', ['thebes-dev-root-20261130']],
    );
    const examined = await examineEnvironment(outsideOf(taken), { ...options, isRecorded });
    expect(inShort(examined)).toEqual(['problem names: NAMES_TAKEN']);
    expect(examined[0]).toMatchObject({
      problem: {
        received: 'cluster thebes-dev-0qx1z, database thebes-dev, secret thebes-dev-root-20261130',
      },
    });
  });

  test('does not call names free that it could not read', async () => {
    const unread = account(['aws eks list-clusters', Refusal.ofAws('AccessDenied')]);
    const examined = await examineEnvironment(outsideOf(unread), { ...options, isRecorded });
    expect(inShort(examined)).toEqual(['warning names: NOT_READABLE']);
  });
});

describe('examineEnvironment of one that was deployed', () => {
  const isRecorded = true;

  test('finds its cluster answering, and who is logged in known to it', async () => {
    const outside = outsideOf(account(...cluster), { reachable });
    expect(inShort(await examineEnvironment(outside, { ...options, isRecorded }))).toEqual([
      'ok cluster: thebes-dev-0qx1z answers',
      `ok access to the cluster: ${role}/deployer has an entry`,
    ]);
  });

  test('names the variable by which a cluster that does not answer is forgotten', async () => {
    const examined = await examineEnvironment(outsideOf(account(...cluster)), {
      ...options,
      isRecorded,
    });
    expect(inShort(examined)).toContain('problem cluster: CLUSTER_UNREACHABLE');
    expect(JSON.stringify(examined)).toContain('KIT_FORGET_CLUSTER=dev');
  });

  test('names it for a cluster that is gone', async () => {
    const examined = await examineEnvironment(outsideOf(account()), { ...options, isRecorded });
    expect(inShort(examined)).toEqual(['problem cluster: CLUSTER_GONE']);
    expect(JSON.stringify(examined)).toContain('KIT_FORGET_CLUSTER=dev');
  });

  test.each([
    ['another role', `${role}/other`],
    ['a user of the same name', 'arn:aws:iam::111122223333:user/deployer'],
  ])('says how to let somebody in where the cluster knows %s only', async (_, entry) => {
    const others = account(...cluster.slice(0, 2), [
      'aws eks list-access-entries',
      { accessEntries: [entry] },
    ]);
    const outside = outsideOf(others, { reachable });
    const examined = await examineEnvironment(outside, { ...options, isRecorded });
    expect(inShort(examined)).toContain('problem access to the cluster: ACCESS_ENTRY_MISSING');
    expect(JSON.stringify(examined)).toContain(
      `aws eks create-access-entry --region eu-central-1 --cluster-name thebes-dev-0qx1z --principal-arn ${role}/deployer`,
    );
  });
});
