import { askAws } from '../outside/index.ts';
import type { Outside } from '../outside/index.ts';
import type { AuditFindings, Leftover } from './leftover.ts';

/** A list of AWS, of names or of names with tags, in which an environment's may be. */
interface NameList {
  readonly kind: string;
  readonly args: readonly string[];
  /** What a name of the environment looks like, from its own name. */
  readonly is: (name: string) => RegExp;
  readonly verdict: Leftover['verdict'];
  readonly why: string;
}

// A life of the environment adds five characters to names that stay taken for a while.
const own = (name: string): RegExp => new RegExp(`^${name}(-[0-9a-z]{5})?$`);

/** What has no tags: what AWS itself makes beside our things, and what its list of tags leaves out. */
const lists: readonly NameList[] = [
  {
    kind: 'log group',
    args: ['logs', 'describe-log-groups', '--query', 'logGroups[].logGroupName'],
    is: (name) => new RegExp(`^/aws/(eks|rds/instance|vpc)/${name}(-[0-9a-z]{5})?(/|-flow|$)`),
    verdict: 'left',
    why: 'late logs bring a group back after it was deleted: aws logs delete-log-group --log-group-name <name>',
  },
  {
    kind: 'cluster',
    args: ['eks', 'list-clusters', '--query', 'clusters'],
    is: own,
    verdict: 'left',
    why: '',
  },
  {
    kind: 'database',
    args: ['rds', 'describe-db-instances', '--query', 'DBInstances[].DBInstanceIdentifier'],
    is: own,
    verdict: 'left',
    why: '',
  },
  {
    kind: 'automated backup of a database',
    args: [
      'rds',
      'describe-db-instance-automated-backups',
      '--query',
      'DBInstanceAutomatedBackups[].DBInstanceIdentifier',
    ],
    is: own,
    verdict: 'left',
    why: 'it goes with its retention, and costs until then: aws rds delete-db-instance-automated-backup',
  },
  {
    kind: 'role',
    args: ['iam', 'list-roles', '--query', 'Roles[].RoleName'],
    is: (name) => new RegExp(`^${name}-(cluster|nodes?|disks|flow-log)\\b`),
    verdict: 'left',
    why: '',
  },
  {
    kind: 'network interface',
    args: [
      'ec2',
      'describe-network-interfaces',
      '--query',
      "NetworkInterfaces[].TagSet[?Key=='cluster.k8s.amazonaws.com/name'].Value[]",
    ],
    is: own,
    verdict: 'left',
    why: "made by the cluster's network, and left when nodes went too early; it holds the network: aws ec2 delete-network-interface",
  },
  {
    kind: 'security group of a cluster',
    args: [
      'ec2',
      'describe-security-groups',
      '--query',
      "SecurityGroups[].Tags[?Key=='aws:eks:cluster-name'].Value[]",
    ],
    is: own,
    verdict: 'left',
    why: 'made by EKS, and left by a destroy that was cut off; it holds the network: aws ec2 delete-security-group',
  },
];

/** What has the names of an environment. */
export async function findNamed(
  outside: Outside,
  options: { readonly name: string; readonly region: string },
): Promise<AuditFindings> {
  const { name, region } = options;
  const found = await Promise.all(
    lists.map(async ({ kind, args, is, verdict, why }): Promise<AuditFindings> => {
      const asked = await askAws(outside, [...args, '--region', region]);
      if (!asked.isAnswered) return { leftovers: [], unread: [`${kind}: ${asked.reason}`] };
      const names = Object.values(asked.answer).map(String);
      const matching = names.filter((one) => is(name).test(one));
      return {
        leftovers: matching.map((one) => ({ what: `${kind} ${one}`, verdict, why })),
        unread: [],
      };
    }),
  );
  return {
    leftovers: found.flatMap(({ leftovers }) => leftovers),
    unread: found.flatMap(({ unread }) => unread),
  };
}
