import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../repository.ts';
import { tempDir } from '../temp-dir.ts';
import { AccountControl } from './account-control.ts';
import { ProviderMirror } from './provider-mirror.ts';
import { compileProvider } from './provider-program.ts';
import { worldVariable } from './provider/provider-main.ts';
import type { OfferedTypes } from './provider/schema-folder.ts';
import { SchemaStore } from './schemas/schema-store.ts';
import type { SchemaKind } from './schemas/schema.ts';
import { readStack, requiredProviders, usedTypes } from './stack-file.ts';
import type { StackJson, StackSource } from './stack-file.ts';
import { World } from './world/world.ts';

/** A world, and all that Terraform needs to find the providers that lead to it. */
export class SimulatedAccount extends AccountControl {
  readonly #folder: string;
  readonly #mirror: ProviderMirror;
  readonly #store: SchemaStore;
  readonly #offered: Record<string, OfferedTypes> = {};

  private constructor(folder: string, mirror: ProviderMirror, store: SchemaStore) {
    super(new World(folder));
    this.#folder = folder;
    this.#mirror = mirror;
    this.#store = store;
  }

  /** Prepares what all accounts share (compiled providers, mirror, schemas) and opens one in `folder`. */
  static async open(folder: string): Promise<SimulatedAccount> {
    const sources = join(repositoryRoot, 'tests', 'support', 'simulated-providers');
    const cache = join(repositoryRoot, '.cache', 'simulated-providers');
    mkdirSync(cache, { recursive: true });
    const mirror = new ProviderMirror(cache, await compileProvider(sources, cache));
    const store = new SchemaStore({
      packages: join(repositoryRoot, 'node_modules'),
      cache: join(cache, 'schemas'),
      code: join(sources, 'schemas'),
    });
    return new SimulatedAccount(folder, mirror, store);
  }

  /** Lets the providers of a stack know its types, beside those they know already. */
  offer(stack: StackJson): void {
    const providers = requiredProviders(stack);
    this.#mirror.add(providers);
    const used = usedTypes(stack);
    for (const { name } of providers) {
      const types = merged(this.#offered[name]?.types, used.get(name));
      this.#offered[name] = { types, folder: this.#store.prepare(name, types) };
    }
    writeFileSync(join(this.#folder, 'offered.json'), JSON.stringify(this.#offered));
  }

  /** Variables for Terraform or cdktf, beside those of the machine. */
  environment(): Readonly<Record<string, string>> {
    return {
      [worldVariable]: this.#folder,
      CDKTF_SKIP_PROVIDER_LOCK: 'true',
      // cdktf would have Terraform keep these providers in the user's home, for every checkout and for real stacks.
      CDKTF_DISABLE_PLUGIN_CACHE_ENV: 'true',
      CHECKPOINT_DISABLE: '1',
      // Terraform's memory is small and short-lived here; tidying it up less often saves a tenth of a run.
      GOGC: '400',
      TF_CLI_CONFIG_FILE: this.#mirror.settings,
      TF_IN_AUTOMATION: '1',
    };
  }
}

/**
 * An account for a test that runs the real cdktf: its command line needs these variables beside the
 * test's own. The stack is the synthesized one, for its types must be known before Terraform starts; a
 * second stack is made known by `account.offer`.
 *
 * Addresses are not in the journal then, because cdktf writes the files that Terraform reads: ask by type.
 */
export async function simulatedEnvironment(stack: StackSource): Promise<{
  readonly variables: Readonly<Record<string, string>>;
  readonly account: SimulatedAccount;
}> {
  const account = await SimulatedAccount.open(tempDir());
  account.offer(readStack(stack));
  return { variables: account.environment(), account };
}

function merged(
  one: Readonly<Record<SchemaKind, readonly string[]>> | undefined,
  other: Readonly<Record<SchemaKind, readonly string[]>> | undefined,
): Record<SchemaKind, readonly string[]> {
  const of = (kind: SchemaKind): readonly string[] => [
    ...new Set([...(one?.[kind] ?? []), ...(other?.[kind] ?? [])]),
  ];
  return { resource: of('resource'), data: of('data'), ephemeral: of('ephemeral') };
}
