import { block, blocks, object } from '../../synthesized/index.ts';
import type { SynthesizedStack } from '../../synthesized/index.ts';
import { findings } from '../rule.ts';
import type { Finding, Rule } from '../rule.ts';

/** Without these, an object of the cluster can be neither made nor removed. */
const reachTypes = ['aws_eks_node_group', 'aws_eks_access_policy_association'];

function unreached(stack: SynthesizedStack): Finding[] {
  const wanted = stack.of(...reachTypes).map(({ address }) => address);
  return findings(
    stack.resources.filter(({ type }) => type.startsWith('kubernetes_')),
    ({ address }) => {
      const needs = stack.needs(address);
      const missing = wanted.filter((one) => !needs.has(one));
      return missing.length === 0 ? undefined : `does not wait for ${missing.join(', ')}`;
    },
  );
}

/** Where disks are Terraform's (iac.md 0, row 2), a claim that names none makes the driver make one. */
function unknownDisks(stack: SynthesizedStack): Finding[] {
  if (stack.of('aws_eks_cluster').length === 0) return [];
  return findings(
    stack.of('kubernetes_persistent_volume_claim', 'kubernetes_persistent_volume_claim_v1'),
    ({ config }) =>
      block(config, 'spec')?.['volume_name'] === undefined ? 'names no volume_name' : undefined,
  );
}

const wantedTags = ['kit:env', 'kit:expires', 'kit:owner'];

function untagged(stack: SynthesizedStack): Finding[] {
  const isUsed = stack.resources.some(({ type }) => type.startsWith('aws_'));
  const providers = stack.providers('aws');
  if (isUsed && providers.length === 0) {
    return [{ address: 'provider.aws', what: 'is not set up, so nothing has tags' }];
  }
  return providers.flatMap((provider) => {
    const tags = object(block(provider, 'default_tags')?.['tags']);
    const missing = wantedTags.filter((tag) => tags[tag] === undefined);
    const { alias } = provider;
    const name = typeof alias === 'string' ? ` (alias ${alias})` : '';
    return missing.length === 0
      ? []
      : [{ address: 'provider.aws', what: `lacks the default tags ${missing.join(', ')}${name}` }];
  });
}

/** Tags of a launch template are its own: the provider's reach the template, not what starts from it. */
function untaggedNodes(stack: SynthesizedStack): Finding[] {
  return findings(stack.of('aws_launch_template'), ({ config }) => {
    const given = blocks(config, 'tag_specifications');
    const missing = ['instance', 'volume'].filter(
      (kind) =>
        !given.some(
          (one) => one['resource_type'] === kind && object(one['tags'])['kit:env'] !== undefined,
        ),
    );
    if (missing.length > 0) return `starts nodes without kit:env on ${missing.join(', ')}`;
    return given.some((one) => object(one['tags'])['kit:expires'] !== undefined)
      ? 'carries kit:expires, so that a later end would replace all nodes'
      : undefined;
  });
}

/** How parts hang together, and by what they are found again. */
export const graphRules: readonly Rule[] = [
  {
    name: 'cluster-outlives-its-objects',
    demand:
      'Every object in the cluster waits for all node groups and for the access of who deploys.',
    why: 'Destroy goes the other way: without the edge, nodes or access go first and the object cannot be removed any more.',
    check: unreached,
  },
  {
    name: 'no-disk-of-a-controller',
    demand: 'On AWS, each claim of a disk names the disk.',
    why: 'A disk that the driver makes is in no state: it outlives a destroy, and costs money.',
    check: unknownDisks,
  },
  {
    name: 'everything-tagged',
    demand: 'Whatever can have tags says its environment, its end and its owner.',
    why: 'When the state is lost, tags are all by which the rest is found and taken away.',
    check: (stack) => [...untagged(stack), ...untaggedNodes(stack)],
  },
];
