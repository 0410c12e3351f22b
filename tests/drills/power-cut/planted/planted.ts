import { join } from 'node:path';
import { repositoryRoot } from '../../../support/index.ts';
import type { RecordedBroker } from '../record-load.ts';

const folder = join(repositoryRoot, 'tests/drills/power-cut/planted');

/** Brokers that promise before it is on disk. */
export const planted = {
  'early-ack': { entryPath: join(folder, 'early-ack.mjs') },
  'overlapping-sync': { entryPath: join(folder, 'overlapping-sync.mjs') },
} as const satisfies Record<string, RecordedBroker>;
