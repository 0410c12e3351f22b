import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deriveProviderSchema, deriveSchema } from './derive-schema.ts';
import { ephemeralSchema, unboundProviders } from './hand-written.ts';
import type { Schema, SchemaKind } from './schema.ts';

export interface SchemaStoreOptions {
  /** Folder that holds `@cdktf/provider-*`. */
  readonly packages: string;
  /** Folder that derived schemas are kept in from run to run. */
  readonly cache: string;
  /** Folder of the code that derives: another code, another schema. */
  readonly code: string;
}

const codeFiles = ['binding-source.ts', 'derive-schema.ts', 'hand-written.ts', 'parse-binding.ts'];

/** Derived schemas on disk, one file per type, so that a second run only checks that they are there. */
export class SchemaStore {
  readonly #options: SchemaStoreOptions;
  readonly #codeDigest: string;

  constructor(options: SchemaStoreOptions) {
    this.#options = options;
    const hash = createHash('sha256');
    for (const file of codeFiles) hash.update(readFileSync(join(options.code, file)));
    this.#codeDigest = hash.digest('hex').slice(0, 12);
  }

  /**
   * Derives what is missing and returns the folder of the provider's schemas: `provider.json`, and
   * `<kind>.<type>.json` for each type asked for.
   */
  prepare(provider: string, types: Readonly<Record<SchemaKind, readonly string[]>>): string {
    const packageFolder = join(this.#options.packages, '@cdktf', `provider-${provider}`);
    const unbound = unboundProviders[provider];
    const version = unbound === undefined ? installedVersion(packageFolder) : 'unbound';
    const folder = join(this.#options.cache, `${provider}-${version}-${this.#codeDigest}`);
    mkdirSync(folder, { recursive: true });
    keep(join(folder, 'provider.json'), () => unbound ?? deriveProviderSchema(packageFolder));
    for (const kind of ['resource', 'data', 'ephemeral'] as const) {
      for (const type of types[kind]) {
        keep(join(folder, `${kind}.${type}.json`), () =>
          kind === 'ephemeral' ? ephemeralSchema(type) : deriveSchema(packageFolder, type, kind),
        );
      }
    }
    return folder;
  }
}

function installedVersion(packageFolder: string): string {
  const manifest = join(packageFolder, 'package.json');
  if (!existsSync(manifest)) {
    throw new Error(
      `${packageFolder} is not installed, and its schemas come from there. Run npm install, or add the provider to unboundProviders.`,
    );
  }
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}

/** Test files derive at the same time, so a file appears whole or not at all. */
function keep(path: string, derive: () => Schema): void {
  if (existsSync(path)) return;
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, JSON.stringify(derive()));
  renameSync(unfinished, path);
}
