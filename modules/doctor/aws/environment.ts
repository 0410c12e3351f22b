import type { AwsSettings } from '../../config/index.ts';
import { block } from '../../synthesized/index.ts';
import { advice } from '../advice.ts';
import { fault, ok, warning } from '../examination.ts';
import type { Examined } from '../examination.ts';
import type { Outside } from '../../outside/index.ts';
import type { Caller } from './account.ts';
import { askAws } from '../../outside/index.ts';

/** What an environment has in the account under its names. */
interface Named {
  readonly clusters: readonly string[];
  readonly others: readonly string[];
  /** Why a list could not be read. */
  readonly unread: readonly string[];
}

/** Whether what has the environment's names is its own, and whether its cluster can be worked with. */
export async function examineEnvironment(
  outside: Outside,
  options: {
    readonly settings: AwsSettings;
    readonly environment: string;
    readonly caller: Caller;
    /** Whether a record says that it was deployed. */
    readonly isRecorded: boolean;
  },
): Promise<Examined[]> {
  const { settings, environment, isRecorded } = options;
  const named = await findNamed(outside, settings);
  const unread = [...new Set(named.unread)].map((reason) =>
    warning(
      'names',
      advice('NOT_READABLE', {
        what: 'Whether the names of the environment are free',
        reason,
        need: 'the permissions to list clusters, databases, secrets and repositories',
      }),
    ),
  );
  const [cluster] = named.clusters;
  if (!isRecorded) {
    const names = [...named.clusters.map((one) => `cluster ${one}`), ...named.others];
    const free = unread.length > 0 ? [] : [ok('names', `nothing is called ${settings.name} yet`)];
    return names.length === 0
      ? [...free, ...unread]
      : [fault('names', advice('NAMES_TAKEN', { names, environment })), ...unread];
  }
  if (cluster !== undefined)
    return [...unread, ...(await examineCluster(outside, options, cluster))];
  return unread.length > 0 ? unread : [fault('cluster', advice('CLUSTER_GONE', { environment }))];
}

async function examineCluster(
  outside: Outside,
  options: {
    readonly settings: AwsSettings;
    readonly environment: string;
    readonly caller: Caller;
  },
  cluster: string,
): Promise<Examined[]> {
  const { region } = options.settings;
  const at = ['--region', region];
  const [described, entries] = await Promise.all([
    askAws(outside, ['eks', 'describe-cluster', '--name', cluster, ...at]),
    askAws(outside, ['eks', 'list-access-entries', '--cluster-name', cluster, ...at]),
  ]);
  const endpoint = described.isAnswered ? block(described.answer, 'cluster')?.['endpoint'] : '';
  const host = typeof endpoint === 'string' ? endpoint.replace(/^https:\/\//, '') : '';
  const answers = host !== '' && (await outside.takesConnections(host, 443));
  const { principal } = options.caller;
  const known = entries.isAnswered ? [entries.answer['accessEntries']].flat().map(String) : [];
  return [
    answers
      ? ok('cluster', `${cluster} answers`)
      : fault(
          'cluster',
          advice('CLUSTER_UNREACHABLE', {
            endpoint: host === '' ? cluster : host,
            environment: options.environment,
          }),
        ),
    // A session does not tell the path of its role, an entry has it.
    known.some((entry) => lastPart(entry) === lastPart(principal))
      ? ok('access to the cluster', `${principal} has an entry`)
      : fault(
          'access to the cluster',
          advice('ACCESS_ENTRY_MISSING', { principal, cluster, region }),
        ),
  ];
}

function lastPart(arn: string): string {
  return `${arn.includes(':user/') ? 'user' : 'role'} ${arn.split('/').at(-1) ?? ''}`;
}

async function findNamed(outside: Outside, { name, region }: AwsSettings): Promise<Named> {
  // A life of the environment adds five characters to names that stay taken for a while.
  const own = new RegExp(`^${name}(-[0-9a-z]{5})?$`);
  const lists: readonly { kind: string; args: readonly string[]; is: RegExp }[] = [
    { kind: 'cluster', args: ['eks', 'list-clusters', '--query', 'clusters'], is: own },
    {
      kind: 'database',
      args: ['rds', 'describe-db-instances', '--query', 'DBInstances[].DBInstanceIdentifier'],
      is: own,
    },
    {
      kind: 'repository',
      args: ['ecr', 'describe-repositories', '--query', 'repositories[].repositoryName'],
      is: own,
    },
    {
      kind: 'secret',
      args: [
        'secretsmanager',
        'list-secrets',
        '--filters',
        `Key=name,Values=${name}-`,
        '--query',
        'SecretList[].Name',
      ],
      is: new RegExp(`^${name}-(database|root|nats-(broker|routes|system))-`),
    },
  ];
  const asked = await Promise.all(
    lists.map(async ({ kind, args, is }) => {
      const answer = await askAws(outside, [...args, '--region', region]);
      return {
        kind,
        names: answer.isAnswered
          ? Object.values(answer.answer)
              .map(String)
              .filter((one) => is.test(one))
          : [],
        unread: answer.isAnswered ? [] : [answer.reason],
      };
    }),
  );
  return {
    clusters: asked.filter(({ kind }) => kind === 'cluster').flatMap(({ names }) => names),
    others: asked
      .filter(({ kind }) => kind !== 'cluster')
      .flatMap(({ kind, names }) => names.map((one) => `${kind} ${one}`)),
    unread: asked.flatMap(({ unread }) => unread),
  };
}
