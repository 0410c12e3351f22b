import { join } from 'node:path';
import { repositoryRoot } from '../../../support/index.ts';
import type { RecordedBroker } from '../record-load.ts';

const folder = join(repositoryRoot, 'tests/drills/power-cut/planted');

/** The right broker with a log so small that it is written over all the time. */
export const withSmallLog: RecordedBroker = { entryPath: join(folder, 'small-log.mjs') };

/** Brokers that promise before it is on disk, or let go of it too early. */
export const planted = {
  'early-ack': { entryPath: join(folder, 'early-ack.mjs') },
  'unsynced-log': { entryPath: join(folder, 'unsynced-log.mjs') },
  'early-release': { entryPath: join(folder, 'early-release.mjs') },
  'overlapping-sync': { entryPath: join(folder, 'overlapping-sync.mjs') },
} as const satisfies Record<string, RecordedBroker>;
