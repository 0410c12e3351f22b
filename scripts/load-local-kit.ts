import config from '../kit.config.ts';
import { loadKit } from '../modules/config/index.ts';
import type { Kit } from '../modules/config/index.ts';
import { repositoryRoot } from './repository-root.ts';

/** The settings of this run, for the scripts. */
export function loadLocalKit(): Kit {
  return loadKitFrom(process.env);
}

/** The settings that these variables make. */
export function loadKitFrom(variables: Readonly<Record<string, string | undefined>>): Kit {
  const given = Object.entries(variables).filter(([, value]) => value !== undefined);
  return loadKit({ config, variables: Object.fromEntries(given), root: repositoryRoot });
}
