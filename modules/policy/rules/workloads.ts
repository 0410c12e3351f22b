import { block, blocks, object } from '../../synthesized/index.ts';
import type { Json, SynthesizedResource, SynthesizedStack } from '../../synthesized/index.ts';
import { findings, isOn } from '../rule.ts';
import type { Finding, Rule } from '../rule.ts';

/** A container of a workload, with the pod that it is in. */
export interface PlacedContainer {
  readonly workload: SynthesizedResource;
  readonly pod: Json;
  readonly container: Json;
}

const workloads = /^kubernetes_(deployment|stateful_set|daemon_set|daemonset|job|pod)(_v1)?$/;
const schedules = /^kubernetes_cron_job(_v1)?$/;

function podOf({ type, config }: SynthesizedResource): Json | undefined {
  if (/^kubernetes_pod(_v1)?$/.test(type)) return block(config, 'spec');
  const path = schedules.test(type) ? 'spec.job_template.spec.template.spec' : 'spec.template.spec';
  return block(config, path);
}

/** Every container that the stack runs, those that come first included. */
export function containersIn(stack: SynthesizedStack): PlacedContainer[] {
  return stack.resources
    .filter(({ type }) => workloads.test(type) || schedules.test(type))
    .flatMap((workload) => {
      const pod = podOf(workload) ?? {};
      const containers = [...blocks(pod, 'init_container'), ...blocks(pod, 'container')];
      return containers.map((container) => ({ workload, pod, container }));
    });
}

function containerFindings(
  stack: SynthesizedStack,
  what: (placed: PlacedContainer) => string | undefined,
): Finding[] {
  return containersIn(stack).flatMap((placed) => {
    const text = what(placed);
    const name = String(placed.container['name']);
    return text === undefined
      ? []
      : [{ address: placed.workload.address, what: `container ${name} ${text}` }];
  });
}

function lacking({ container }: PlacedContainer): string | undefined {
  const resources = block(container, 'resources');
  const [requests, limits] = [object(resources?.['requests']), object(resources?.['limits'])];
  if (requests['cpu'] === undefined) return 'requests no processor';
  if (requests['memory'] === undefined) return 'requests no memory';
  return limits['memory'] === undefined ? 'has no limit of memory' : undefined;
}

function privilege({ pod, container }: PlacedContainer): string | undefined {
  const ofPod = block(pod, 'security_context');
  const own = block(container, 'security_context');
  const setting = (name: string): unknown => own?.[name] ?? ofPod?.[name];
  if (!isOn(setting('run_as_non_root'))) return 'may run as root';
  if (String(setting('run_as_user')) === '0') return 'runs as root';
  if (isOn(own?.['privileged'])) return 'is privileged';
  if (own === undefined || own['allow_privilege_escalation'] === undefined) {
    return 'may gain privileges';
  }
  if (isOn(own['allow_privilege_escalation'])) return 'may gain privileges';
  const dropped = blocks(own, 'capabilities').flatMap(({ drop }) => [drop].flat());
  return dropped.includes('ALL') ? undefined : 'keeps capabilities';
}

/** The name without registry and folders, where a colon is a port: `repository:tag@digest`. */
function unclearImage({ container }: PlacedContainer): string | undefined {
  const image = String(container['image']);
  const last =
    image
      .replace(/\$\{[^}]*\}/g, 'value')
      .split('/')
      .at(-1) ?? '';
  if (/@sha256:[0-9a-f]{64}$/.test(last)) return undefined;
  const [, tag] = /^[^:@]+:([\w.-]+)$/.exec(last) ?? [];
  if (tag === undefined) return `has an image without a tag: ${image}`;
  return tag === 'latest' ? `has an image by the tag latest: ${image}` : undefined;
}

/** What holds for whatever runs in the cluster. */
export const workloadRules: readonly Rule[] = [
  {
    name: 'containers-bounded',
    demand: 'Each container requests processor and memory, and has a limit of memory.',
    why: 'A pod without them is placed where there is no room, and takes the others with it when memory ends.',
    check: (stack) => containerFindings(stack, lacking),
  },
  {
    name: 'containers-unprivileged',
    demand: 'No container runs as root, gains privileges or keeps capabilities.',
    why: 'A hole in a program must not be a hole in its node.',
    check: (stack) => containerFindings(stack, privilege),
  },
  {
    name: 'images-pinned',
    demand:
      'Each image is named by its digest, or by a tag that is not latest; tags in a registry of ours never change.',
    why: 'A pod that starts again must run what was deployed, not what somebody has pushed since.',
    check: (stack) => [
      ...containerFindings(stack, unclearImage),
      ...findings(stack.of('aws_ecr_repository'), ({ config }) =>
        config['image_tag_mutability'] === 'IMMUTABLE' ? undefined : 'takes a tag more than once',
      ),
    ],
  },
];
