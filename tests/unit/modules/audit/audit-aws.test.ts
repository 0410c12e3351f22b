import { auditAws, auditText, isClean } from '../../../../modules/audit/index.ts';
import { outsideOf, Refusal } from '../../../support/index.ts';
import type { Answer } from '../../../support/index.ts';

const options = { environment: 'dev', name: 'thebes-dev', region: 'eu-central-1' };
const inAccount = (service: string, rest: string): string =>
  `arn:aws:${service}:eu-central-1:111122223333:${rest}`;

/** An account in which nothing of the environment is but this. */
function account(tagged: readonly string[], ...answers: readonly Answer[]) {
  const mappings = tagged.map((ResourceARN) => ({ ResourceARN }));
  return outsideOf([
    ['aws', []],
    ['aws resourcegroupstaggingapi get-resources', { ResourceTagMappingList: mappings }],
    ...answers,
  ]);
}

async function verdicts(outside: ReturnType<typeof account>): Promise<string[]> {
  const { leftovers } = await auditAws(outside, options);
  return leftovers.map(({ what, verdict }) => `${verdict} ${what}`);
}

describe('auditAws', () => {
  test('finds an account clean that has nothing of the environment', async () => {
    const outside = account([]);
    const found = await auditAws(outside, options);
    expect(found).toEqual({ leftovers: [], unread: [] });
    expect([isClean(found), auditText(found)]).toEqual([true, 'Nothing is left.']);
    expect(outside.commands[0]).toContain(
      '--tag-filters Key=kit:env,Values=dev Key=kit:name,Values=thebes',
    );
  });

  test('finds what carries its tags', async () => {
    const volume = inAccount('ec2', 'volume/vol-1');
    expect(await verdicts(account([volume]))).toEqual([`left ${volume}`]);
  });

  const key = inAccount('kms', 'key/1234');
  const secret = inAccount('secretsmanager', 'secret:thebes-dev-root-1');
  const gateway = inAccount('ec2', 'natgateway/nat-1');
  const node = inAccount('ec2', 'instance/i-1');
  const nodeIn = (Name: string) => ({ Reservations: [{ Instances: [{ State: { Name } }] }] });
  const going: readonly (readonly [string, string, unknown, unknown])[] = [
    [
      key,
      'aws kms describe-key',
      { KeyMetadata: { KeyState: 'PendingDeletion' } },
      { KeyMetadata: { KeyState: 'Enabled' } },
    ],
    [secret, 'aws secretsmanager describe-secret', { DeletedDate: 1 }, { Name: 'x' }],
    [
      gateway,
      'aws ec2 describe-nat-gateways --nat-gateway-ids nat-1',
      { NatGateways: [{ State: 'deleted' }] },
      { NatGateways: [{ State: 'available' }] },
    ],
    [
      node,
      'aws ec2 describe-instances --instance-ids i-1',
      nodeIn('terminated'),
      nodeIn('running'),
    ],
  ];

  test.each(going)('tells %s that is going from one that stays', async (arn, call, goes, stays) => {
    expect(await verdicts(account([arn], [call, goes]))).toEqual([`passing ${arn}`]);
    expect(await verdicts(account([arn], [call, stays]))).toEqual([`left ${arn}`]);
    const gone = Refusal.ofAws('InvalidInstanceIDNotFound');
    expect(await verdicts(account([arn], [call, gone]))).toEqual([`passing ${arn}`]);
    const denied = Refusal.ofAws('AccessDenied');
    expect(await verdicts(account([arn], [call, denied]))).toEqual([`left ${arn}`]);
  });

  test('takes the last snapshot of database and disks for what it is', async () => {
    const snapshots = [
      inAccount('rds', 'snapshot:thebes-dev-final-1'),
      inAccount('ec2', 'snapshot/snap-1'),
    ];
    const found = await auditAws(account(snapshots), options);
    expect(found.leftovers.map(({ verdict }) => verdict)).toEqual(['kept', 'kept']);
    expect(isClean(found)).toBe(true);
  });

  test('finds what has no tags by its name, that of a longer environment aside', async () => {
    const outside = account(
      [],
      [
        'aws logs describe-log-groups',
        [
          '/aws/eks/thebes-dev-0qx1z/cluster',
          '/aws/eks/thebes-dev-2-0qx1z/cluster',
          '/aws/rds/instance/thebes-dev/postgresql',
          '/aws/lambda/thebes-dev',
        ],
      ],
      ['aws iam list-roles', ['thebes-dev-cluster', 'thebes-dev-2-cluster', 'admin']],
      ['aws ec2 describe-network-interfaces', ['thebes-dev-0qx1z', 'other']],
    );
    expect(await verdicts(outside)).toEqual([
      'left log group /aws/eks/thebes-dev-0qx1z/cluster',
      'left log group /aws/rds/instance/thebes-dev/postgresql',
      'left role thebes-dev-cluster',
      'left network interface thebes-dev-0qx1z',
    ]);
  });

  test('tells once what has tags and a name', async () => {
    const arns = [
      inAccount('eks', 'cluster/thebes-dev-0qx1z'),
      inAccount('logs', 'log-group:/aws/eks/thebes-dev-0qx1z/cluster'),
    ];
    const outside = account(
      arns,
      ['aws eks list-clusters', ['thebes-dev-0qx1z']],
      ['aws logs describe-log-groups', ['/aws/eks/thebes-dev-0qx1z/cluster']],
    );
    expect(await verdicts(outside)).toEqual(arns.map((arn) => `left ${arn}`));
  });

  test('calls no account clean that it could not look into', async () => {
    const outside = account([], ['aws iam list-roles', Refusal.ofAws('AccessDenied')]);
    const found = await auditAws(outside, options);
    expect(isClean(found)).toBe(false);
    expect(auditText(found)).toMatch(/^Not looked at:\n {2}role: An error occurred/);
  });
});

describe('auditText', () => {
  test('parts what is left from what was kept and from what goes by itself', () => {
    const leftovers = [
      { what: 'a key', verdict: 'passing', why: 'it waits' },
      { what: 'a volume', verdict: 'left', why: '' },
      { what: 'a snapshot', verdict: 'kept', why: 'the last state' },
    ] as const;
    expect(auditText({ leftovers, unread: [] })).toMatchInlineSnapshot(`
     "Left, until somebody takes it away:
       a volume
     Kept on purpose, and paid for:
       a snapshot
         the last state
     Going by itself:
       a key
         it waits
     AWS lists some things for minutes after they are gone: look again before you search."
    `);
  });
});
