import { toManifests } from './kubernetes-manifests/index.ts';
import type { PlatformStack, Synthesized } from './platform-stack.ts';

/** JSON of any shape: a test says what it expects of it, and a wrong guess fails the test. */
export type Loose = ReturnType<typeof JSON.parse>;

/** A resource as Terraform reads it. */
export function resourceOf(stack: PlatformStack, type: string, id: string): Synthesized {
  const found = stack.resources[type]?.[id];
  if (found === undefined) throw new Error(`There is no ${type}.${id}`);
  return found;
}

/** The objects of a kind by their names, as the cluster sees them. */
export function objectsOf(stack: PlatformStack, kind: string): Record<string, Loose> {
  const found = toManifests(stack.resources).filter((manifest) => manifest.kind === kind);
  return Object.fromEntries(found.map((manifest) => [manifest.metadata.name, manifest]));
}

/** What a workload makes its pods of. */
export function podOf(
  stack: PlatformStack,
  kind: 'Deployment' | 'StatefulSet',
  name: string,
): Loose {
  return objectsOf(stack, kind)[name].spec.template.spec;
}
