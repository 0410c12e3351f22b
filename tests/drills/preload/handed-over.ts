import { join } from 'node:path';
import { repositoryRoot } from '../../support/index.ts';

/** The broker as it is on a slow disk: every write is handed to another thread (decision 0017). */
export const handedOver = {
  entryPath: join(repositoryRoot, 'tests/drills/preload/handed-over.mjs'),
};
