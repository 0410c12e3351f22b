import { limits } from '../../broker/src/config/index.ts';
import { openEmbeddedStore } from '../../broker/src/engines/embedded/index.ts';
import type { EmbeddedStoreOptions } from '../../broker/src/engines/embedded/index.ts';
import { ManualTime } from './manual-time.ts';

type Store = Awaited<ReturnType<typeof openEmbeddedStore>>;

/** The store of a data directory as the broker opens it, with a small log unless told otherwise. */
export function openTestStore(
  directory: string,
  options: Partial<EmbeddedStoreOptions> = {},
): Promise<Store> {
  const time = new ManualTime();
  return openEmbeddedStore(directory, {
    ...limits,
    storeLogBytes: 256 * 1024,
    directCommitBytesMin: 64 * 1024,
    clock: time,
    scheduler: time,
    onStoreFailure: (error) => {
      throw error;
    },
    ...options,
  });
}
