import { LmdbStore } from '../../broker/src/engines/embedded/index.ts';
import { MemoryStore } from '../../broker/src/engines/memory/index.ts';
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
  name: 'memory',
  createHome: () => ({ open: () => new MemoryStore(), isDurable: false }),
});

// What the fault tests stand on must itself keep the contract while it injects nothing.
orderedStoreContract({
  name: 'lmdb behind the faulty store',
  createHome: () => {
    const directory = tempDir();
    return { open: () => new FaultyStore(new LmdbStore(directory)), isDurable: true };
  },
});
