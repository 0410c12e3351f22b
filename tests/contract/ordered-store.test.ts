import { LmdbStore } from '../../broker/src/engines/embedded/index.ts';
import { MemoryStore } from '../../broker/src/engines/memory/index.ts';
import { openTestStore } from '../support/embedded-store.ts';
import { FaultyStore } from '../support/faulty-store.ts';
import { tempDir } from '../support/index.ts';
import { orderedStoreContract } from './ordered-store.contract.ts';

orderedStoreContract({
  name: 'lmdb',
  createHome: () => {
    const directory = tempDir();
    return { open: () => new LmdbStore(directory), isDurable: true };
  },
});

orderedStoreContract({
  name: 'lmdb behind its log',
  createHome: () => {
    const directory = tempDir();
    return { open: () => openTestStore(directory), isDurable: true };
  },
});

// A checkpoint beside nearly every commit: reads meet keys in the overlay, on their way, and in LMDB.
orderedStoreContract({
  name: 'lmdb behind its log, with checkpoints all the time',
  createHome: () => {
    const directory = tempDir();
    return {
      open: () =>
        openTestStore(directory, { checkpointKeyCount: 1, directCommitBytesMin: 1024 * 1024 }),
      isDurable: true,
    };
  },
});

orderedStoreContract({
  name: 'memory',
  createHome: () => ({ open: () => new MemoryStore(), isDurable: false }),
});

// What the fault tests stand on must itself keep the contract while it injects nothing.
orderedStoreContract({
  name: 'the embedded store behind the faulty store',
  createHome: () => {
    const directory = tempDir();
    return {
      open: async () => new FaultyStore(await openTestStore(directory)),
      isDurable: true,
    };
  },
});
