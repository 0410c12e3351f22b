import { block, blocks } from '../../synthesized/index.ts';
import type { Json, SynthesizedResource, SynthesizedStack } from '../../synthesized/index.ts';
import { findings } from '../rule.ts';
import type { Rule } from '../rule.ts';

const ruleTypes = ['aws_vpc_security_group_ingress_rule', 'aws_security_group_rule'];

/** A way in: the group that it leads to, and from where. */
interface Way {
  readonly rule: SynthesizedResource;
  readonly groups: readonly string[];
  /** Networks, and lists of networks by their id, of which nobody here knows what is in them. */
  readonly cidrs: readonly string[];
}

/** Networks that lead to nobody outside: those of RFC 1918, RFC 6598 and RFC 4193. */
const privateNetwork =
  /^(10\.|172\.(1[6-9]|2\d|3[01])\.|192\.168\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd][0-9a-f]{2}:)/i;

/** Whether a network is of the inside: a private one, or one of this stack's own, by an expression. */
function isInside(cidr: string): boolean {
  return cidr.startsWith('${') || (privateNetwork.test(cidr) && !/\/[0-7]$/.test(cidr));
}

function waysIn(stack: SynthesizedStack): Way[] {
  const own = stack
    .of(...ruleTypes)
    .filter(({ config }) => config['type'] !== 'egress')
    .map((rule) => ({
      rule,
      groups: stack.namedIn({ group: rule.config['security_group_id'] }),
      cidrs: cidrsOf(rule.config),
    }));
  const inGroups = stack.of('aws_security_group', 'aws_default_security_group').map((group) => ({
    rule: group,
    groups: [group.address],
    cidrs: blocks(group.config, 'ingress').flatMap(cidrsOf),
  }));
  return [...own, ...inGroups];
}

function cidrsOf(config: Json): string[] {
  const networks = ['cidr_ipv4', 'cidr_ipv6', 'cidr_blocks', 'ipv6_cidr_blocks'];
  const given = [...networks, 'prefix_list_id', 'prefix_list_ids'];
  return given.flatMap((name) => [config[name]].flat()).filter((cidr) => typeof cidr === 'string');
}

/** The security groups of load balancers, which alone may be reached from outside. */
function frontGroups(stack: SynthesizedStack): readonly string[] {
  return stack.of('aws_lb').flatMap(({ config }) => stack.namedIn(config['security_groups']));
}

/** The ways in to load balancers, and those to anything else. */
function waysByPlace(stack: SynthesizedStack): { readonly front: Way[]; readonly inner: Way[] } {
  const fronts = frontGroups(stack);
  const isFront = ({ groups }: Way): boolean =>
    groups.length > 0 && groups.every((group) => fronts.includes(group));
  const ways = waysIn(stack);
  return { front: ways.filter(isFront), inner: ways.filter((way) => !isFront(way)) };
}

/** Who may reach what. */
export const exposureRules: readonly Rule[] = [
  {
    name: 'no-open-network',
    demand: 'No rule lets anybody from outside in to anything but the load balancer.',
    why: 'Nodes and the database are reached through the load balancer and from the cluster; any other way in is a mistake.',
    check: (stack) => [
      ...waysByPlace(stack).inner.flatMap(({ rule, cidrs }) =>
        cidrs
          .filter((cidr) => !isInside(cidr))
          .map((cidr) => ({ address: rule.address, what: `lets ${cidr} in` })),
      ),
      ...findings(stack.of('aws_eks_node_group'), ({ config }) =>
        block(config, 'remote_access') === undefined ? undefined : 'has nodes open for SSH',
      ),
    ],
  },
  {
    name: 'load-balancer-from-clients',
    demand: 'The load balancer is reached from the networks of KIT_CLIENT_CIDRS and from no other.',
    why: 'Who may connect is decided in one place, and the cloud has to do what is said there.',
    check: (stack, { clientCidrs }) => [
      ...waysByPlace(stack).front.flatMap(({ rule, cidrs }) =>
        cidrs
          .filter((cidr) => !clientCidrs.includes(cidr))
          .map((cidr) => ({ address: rule.address, what: `lets ${cidr} in` })),
      ),
      ...findings(stack.of('aws_lb'), ({ config }) =>
        [config['security_groups'] ?? []].flat().length > 0 ? undefined : 'has no security group',
      ),
    ],
  },
  {
    name: 'rules-described',
    demand: 'Security groups and their rules say what they are for.',
    why: 'Whoever looks at an open port in the console has to know whom to ask before closing it.',
    check: (stack) =>
      findings(
        stack.of(
          'aws_security_group',
          'aws_vpc_security_group_ingress_rule',
          'aws_vpc_security_group_egress_rule',
        ),
        ({ config }) =>
          typeof config['description'] === 'string' && config['description'].trim() !== ''
            ? undefined
            : 'has no description',
      ),
  },
  {
    name: 'instance-metadata-v2',
    demand: 'Nodes answer for their credentials by IMDSv2 only, one hop far.',
    why: 'A pod that can be made to fetch an address must not be able to fetch the credentials of its node.',
    check: (stack) =>
      findings(stack.of('aws_launch_template', 'aws_instance'), ({ config }) => {
        const options = block(config, 'metadata_options');
        if (options?.['http_tokens'] !== 'required') return 'http_tokens is not "required"';
        return Number(options['http_put_response_hop_limit']) === 1
          ? undefined
          : 'http_put_response_hop_limit is not 1';
      }),
  },
  {
    name: 'flow-logs',
    demand: 'From size medium up, the network writes down who talked to whom.',
    why: 'After a break-in it is the only witness that the intruder cannot silence.',
    check: (stack, { preset }) =>
      preset.aws.flowLogs && stack.of('aws_flow_log').length === 0
        ? findings(stack.of('aws_vpc'), () => 'has no aws_flow_log')
        : [],
  },
  {
    name: 'no-load-balancer-of-a-controller',
    demand: 'No Service has the type LoadBalancer, and there is no Ingress.',
    why: 'What a controller of the cluster makes is in no state: it outlives a destroy, costs money and holds the network.',
    check: (stack) => [
      ...findings(stack.of('kubernetes_service', 'kubernetes_service_v1'), ({ config }) =>
        block(config, 'spec')?.['type'] === 'LoadBalancer' ? 'has type LoadBalancer' : undefined,
      ),
      ...findings(
        stack.of('kubernetes_ingress_v1', 'kubernetes_ingress'),
        () => 'is answered by a controller',
      ),
    ],
  },
];
