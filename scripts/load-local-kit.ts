import path from 'node:path';
import { fileURLToPath } from 'node:url';
import config from '../kit.config.ts';
import { loadKit } from '../modules/config/index.ts';
import type { Kit } from '../modules/config/index.ts';

/** The settings of this run, for the scripts. */
export function loadLocalKit(): Kit {
  const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
  return loadKit({ config, variables: process.env, root });
}
