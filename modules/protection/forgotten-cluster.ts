type Json = Readonly<Record<string, unknown>>;

const inCluster = (type: string): boolean => type.startsWith('kubernetes_');
const reference = /\bkubernetes_[a-z0-9_]+\.[\w-]+/;

/**
 * A synthesized stack without what is in its cluster: each such object becomes a `removed` block, by
 * which Terraform strikes it from the state without asking the cluster for it (iac.md 1.1 d). A
 * destroy does not look at `removed` blocks, a deploy does and lists them: so a deploy comes first.
 */
export function forgottenCluster(stack: Json): Json {
  const resources = (stack['resource'] ?? {}) as Readonly<
    Record<string, Readonly<Record<string, Json>>>
  >;
  const forgotten = Object.entries(resources)
    .filter(([type]) => inCluster(type))
    .flatMap(([type, named]) => Object.keys(named).map((name) => `${type}.${name}`));
  const kept = Object.entries(resources)
    .filter(([type]) => !inCluster(type))
    .map(([type, named]) => [type, withoutReferences(named)]);
  return {
    ...stack,
    provider: withoutConnection(stack['provider']),
    resource: Object.fromEntries(kept),
    output: withoutReferring(stack['output']),
    data: withoutReferring(stack['data']),
    removed: forgotten.map((from) => ({ from, lifecycle: { destroy: false } })),
  };
}

/**
 * The state still names the provider of what is forgotten, which is not asked for anything. Where it is
 * would be known from a cluster that is to be made anew, and that made a cycle: the objects are
 * forgotten before what held the old cluster goes, and the provider comes after the new one.
 */
function withoutConnection(providers: unknown): Json {
  return Object.fromEntries(
    Object.entries((providers ?? {}) as Json).map(([name, settings]) => [
      name,
      name === 'kubernetes' ? [{}] : settings,
    ]),
  );
}

/** What waited for something in the cluster waits for it no longer. */
function withoutReferences(named: Readonly<Record<string, Json>>): Json {
  return Object.fromEntries(
    Object.entries(named).map(([name, resource]) => {
      const { depends_on: dependsOn, ...rest } = resource;
      const others = (Array.isArray(dependsOn) ? (dependsOn as string[]) : []).filter(
        (address) => !reference.test(address),
      );
      return [name, others.length === 0 ? rest : { ...rest, depends_on: others }];
    }),
  );
}

/** Outputs and data that say something of the cluster's inside have nothing to say. */
function withoutReferring(entries: unknown): Json {
  return Object.fromEntries(
    Object.entries((entries ?? {}) as Json).filter(
      ([, entry]) => !reference.test(JSON.stringify(entry)),
    ),
  );
}
