import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { World } from '../world/world.ts';
import { servePlugin } from './plugin-server.ts';
import { SchemaFolder } from './schema-folder.ts';
import type { OfferedTypes } from './schema-folder.ts';
import { SimulatedProvider } from './simulated-provider.ts';

/** Names the directory of the simulated account to every provider that Terraform starts. */
export const worldVariable = 'THEBES_SIMULATED_WORLD';

const magicCookie = 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2';

/** The program that Terraform starts: one provider, until Terraform has done with it. */
export function runProvider(name: string): void {
  const folder = process.env[worldVariable];
  if (process.env['TF_PLUGIN_MAGIC_COOKIE'] !== magicCookie || folder === undefined) {
    console.error(
      `This is a simulated provider, which Terraform starts. It needs ${worldVariable}; see tests/support/simulated-providers.`,
    );
    process.exit(1);
  }
  const offered = JSON.parse(readFileSync(join(folder, 'offered.json'), 'utf8')) as Record<
    string,
    OfferedTypes
  >;
  const mine = offered[name];
  if (mine === undefined) throw new Error(`The stack was not said to use the provider ${name}`);
  servePlugin(new SimulatedProvider(name, new SchemaFolder(mine), new World(folder)).handlers());
}
