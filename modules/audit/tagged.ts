import { askAws } from '../outside/index.ts';
import type { Outside } from '../outside/index.ts';
import { block, blocks } from '../synthesized/index.ts';
import type { Json } from '../synthesized/index.ts';
import type { AuditFindings, Leftover } from './leftover.ts';

/** Things that are listed for a while after they are gone, or wait before they go (iac.md 1.7). */
interface Lag {
  readonly is: RegExp;
  /** What AWS is asked about it. */
  readonly ask: (arn: string) => readonly string[];
  /** Whether the answer says that it is going. */
  readonly isGoing: (answer: Json) => boolean;
  readonly why: string;
}

const lastPart = (arn: string): string => arn.split('/').at(-1) ?? '';

const lags: readonly Lag[] = [
  {
    is: /:kms:[^:]*:\d+:key\//,
    ask: (arn) => ['kms', 'describe-key', '--key-id', arn],
    isGoing: (answer) => block(answer, 'KeyMetadata')?.['KeyState'] === 'PendingDeletion',
    why: 'a key waits 30 days before it goes, and costs nothing meanwhile',
  },
  {
    is: /:secretsmanager:/,
    ask: (arn) => ['secretsmanager', 'describe-secret', '--secret-id', arn],
    isGoing: (answer) => answer['DeletedDate'] !== undefined,
    why: 'a secret can be called back for some days before it goes, and costs nothing meanwhile',
  },
  {
    is: /:natgateway\//,
    ask: (arn) => ['ec2', 'describe-nat-gateways', '--nat-gateway-ids', lastPart(arn)],
    isGoing: (answer) =>
      blocks(answer, 'NatGateways').every(({ State }) =>
        ['deleted', 'deleting'].includes(String(State)),
      ),
    why: 'a gateway is listed for an hour after it is gone',
  },
  {
    is: /:instance\/i-/,
    ask: (arn) => ['ec2', 'describe-instances', '--instance-ids', lastPart(arn)],
    isGoing: (answer) =>
      blocks(answer, 'Reservations')
        .flatMap((one) => blocks(one, 'Instances'))
        .every((one) =>
          ['terminated', 'shutting-down'].includes(String(block(one, 'State')?.['Name'])),
        ),
    why: 'an instance is listed for an hour after it is gone',
  },
];

const readable =
  'it can be read for as long as the key of the environment is there: copy it under another key before that goes';

/** What is there on purpose. */
const kept: readonly { readonly is: RegExp; readonly why: string }[] = [
  {
    is: /:rds:[^:]*:\d+:snapshot:/,
    why: `the last state of the database; ${readable}; when nobody needs it: aws rds delete-db-snapshot --db-snapshot-identifier <name>`,
  },
  {
    is: /:snapshot\/snap-/,
    why: `the last state of a disk of messages; ${readable}; when nobody needs it: aws ec2 delete-snapshot --snapshot-id <id>`,
  },
];

/** What carries the tags of an environment. */
export async function findTagged(
  outside: Outside,
  options: { readonly environment: string; readonly region: string },
): Promise<AuditFindings> {
  const { environment, region } = options;
  const tags = [`Key=kit:env,Values=${environment}`, 'Key=kit:name,Values=thebes'];
  const asked = await askAws(outside, [
    'resourcegroupstaggingapi',
    'get-resources',
    '--region',
    region,
    '--tag-filters',
    ...tags,
  ]);
  if (!asked.isAnswered) return { leftovers: [], unread: [`what is tagged: ${asked.reason}`] };
  const arns = blocks(asked.answer, 'ResourceTagMappingList').map(({ ResourceARN }) =>
    String(ResourceARN),
  );
  return {
    leftovers: await Promise.all(arns.map((arn) => judge(outside, arn, region))),
    unread: [],
  };
}

async function judge(outside: Outside, arn: string, region: string): Promise<Leftover> {
  const purpose = kept.find(({ is }) => is.test(arn));
  if (purpose !== undefined) return { what: arn, verdict: 'kept', why: purpose.why };
  const lag = lags.find(({ is }) => is.test(arn));
  if (lag === undefined) return { what: arn, verdict: 'left', why: '' };
  const asked = await askAws(outside, [...lag.ask(arn), '--region', region]);
  // What AWS does not know any more is gone; only its list of tags is late.
  const isGone = !asked.isAnswered && /NotFound/.test(asked.code);
  const isGoing = isGone || (asked.isAnswered && lag.isGoing(asked.answer));
  return isGoing
    ? { what: arn, verdict: 'passing', why: lag.why }
    : { what: arn, verdict: 'left', why: '' };
}
