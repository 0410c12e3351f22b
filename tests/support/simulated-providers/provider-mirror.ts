import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { runProvider } from './provider/provider-main.ts';

/** A provider as a stack requires it. */
export interface RequiredProvider {
  /** The name that the stack's types begin with. */
  readonly name: string;
  readonly source: string;
  readonly version: string;
}

/** Terraform and OpenTofu complete a short source with a host of their own. */
const hosts = ['registry.terraform.io', 'registry.opentofu.org'];

const architectures: Readonly<Record<string, string>> = { arm64: 'arm64', x64: 'amd64' };

/** Where a provider stands below the mirror, under every host that it may be looked for at. */
function places({ source, version }: RequiredProvider): readonly string[] {
  const parts = source.split('/');
  const platform = `${process.platform}_${architectures[process.arch] ?? process.arch}`;
  const [name = '', namespace = 'hashicorp', ...host] = [...parts].reverse();
  const file = join(namespace, name, version, platform, `terraform-provider-${name}_v${version}`);
  return (host[0] === undefined ? hosts : [host[0]]).map((each) => join(each, file));
}

/**
 * A folder that `init` installs the simulated providers from, and the configuration that makes it look
 * there and nowhere else. Both are shared by all test files; a provider is added when it is first used.
 */
export class ProviderMirror {
  readonly #folder: string;
  readonly #program: string;

  constructor(cache: string, program: string) {
    this.#program = program;
    this.#folder = join(cache, `mirror-${basename(program)}`);
  }

  /** Path for TF_CLI_CONFIG_FILE. */
  get settings(): string {
    return join(this.#folder, 'terraform.rc');
  }

  add(providers: readonly RequiredProvider[]): void {
    keep(
      this.settings,
      `disable_checkpoint = true\nprovider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(this.#folder)}\n  }\n}\n`,
    );
    // Files without an ending are of the type that the next package.json says.
    keep(join(this.#folder, 'package.json'), '{"type":"commonjs"}\n');
    const main = join(this.#program, 'provider', 'provider-main.js');
    for (const provider of providers) {
      const call = `require(${JSON.stringify(main)}).${runProvider.name}(${JSON.stringify(provider.name)});`;
      for (const place of places(provider)) {
        keep(join(this.#folder, place), `#!${process.execPath}\n${call}\n`, 0o755);
      }
    }
  }
}

/** Writes a file that another process may be writing too: it appears whole. */
function keep(path: string, text: string, mode = 0o644): void {
  if (existsSync(path)) return;
  mkdirSync(dirname(path), { recursive: true });
  // Beside the package folders, for whatever stands in them is part of the package.
  const unfinished = join(dirname(path), `.${basename(path)}.${process.pid}`);
  writeFileSync(unfinished, text, { mode });
  renameSync(unfinished, path);
}
