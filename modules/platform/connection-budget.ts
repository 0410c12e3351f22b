import type { Database, Preset } from '../contract/index.ts';

/** Left to administrators, to the cloud's own agents, and to what runs beside the brokers. */
const reservedCount = 10;

/** Metadata are a few rows: more connections than that make a broker no quicker. */
const perBrokerCountMax = 10;

/** Pods that run beyond the replicas while a Deployment replaces one. */
export const surgeCount = 1;

/** Connections of each broker, so that all that may run at once fit into the database (requirements.md F3). */
export function connectionBudget(
  { connectionCountMax }: Pick<Database, 'connectionCountMax'>,
  { replicas }: Pick<Preset['broker'], 'replicas'>,
): number {
  const share = Math.floor((connectionCountMax - reservedCount) / (replicas + surgeCount));
  if (share < 1) {
    throw new Error(
      `A database of ${connectionCountMax} connections is too small for ${replicas} brokers: ${reservedCount} are reserved, and ${replicas + surgeCount} brokers may run at once. Choose a larger database in modules/presets/.`,
    );
  }
  return Math.min(share, perBrokerCountMax);
}
