import { cpSync } from 'node:fs';
import { headerBlocks } from '../../../broker/src/codecs/nats/index.ts';
import { EmbeddedEngine } from '../../../broker/src/engines/embedded/index.ts';
import { MemoryEngine, MemoryStore } from '../../../broker/src/engines/memory/index.ts';
import { openTestStore } from '../../support/embedded-store.ts';
import { FaultyStore } from '../../support/faulty-store.ts';
import { tempDir } from '../../support/index.ts';
import type { EngineAdapter, EngineHome, Surroundings } from './adapter.ts';

/** Small, so that blocks fill, caches overflow and delays end within a test. */
const bounds = {
  blockBytesTarget: 16_384,
  blockCacheBytesMax: 65_536,
  lazyCommitDelayMs: 20,
  retryDelayMs: 100,
  passedOverCountMax: 50,
  delayedCountMax: 20,
  termReportTimeoutMs: 1_000,
  readHeader: headerBlocks.read,
  deadLetterCountMax: 100,
  deadLetterBytesMax: 100_000,
};

function engineOptions(surroundings: Surroundings) {
  const { onFatal, onDeadLettersFull, waitingPullsMax, memoryStationBytesMax } = surroundings;
  const told = { onFatal, onDeadLettersFull };
  return { ...bounds, ...told, waitingPullCountMax: waitingPullsMax, memoryStationBytesMax };
}

/** `engines/memory`. */
export const memory: EngineAdapter = {
  name: 'memory',
  capabilities: {
    durable: 'it keeps everything in memory, as its name says',
    storeFaults: 'its store is its own; the same code over a faulty store runs as `embedded`',
  },
  storage: 'file',
  createHome: () =>
    Promise.resolve({
      start: (surroundings) =>
        Promise.resolve({
          engine: new MemoryEngine(surroundings, engineOptions(surroundings)),
          faults: undefined,
        }),
      copyAsAfterKill: () => Promise.reject(new Error('Nothing is left of it')),
    }),
};

/** A data directory with an LMDB store; the store is closed behind the engine, as main does it. */
class EmbeddedHome implements EngineHome {
  readonly #directory: string;
  #store: FaultyStore | undefined;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async start(surroundings: Surroundings) {
    const { scheduler } = surroundings;
    const store = new FaultyStore(await openTestStore(this.#directory, { scheduler }));
    this.#store = store;
    const engine = new EmbeddedEngine(store, surroundings, engineOptions(surroundings));
    const closeEngine = engine.close.bind(engine);
    let closed: Promise<void> | undefined;
    engine.close = () => (closed ??= closeEngine().then(() => store.close()));
    return { engine, faults: store };
  }

  async copyAsAfterKill(): Promise<EngineHome> {
    // No commit may run while the file is copied: what was not begun by now, the kill prevents.
    await this.#store?.pause();
    const directory = tempDir();
    cpSync(this.#directory, directory, { recursive: true });
    return new EmbeddedHome(directory);
  }
}

/** `engines/embedded`, over a store whose commits a test can hold back and refuse. */
export const embedded: EngineAdapter = {
  name: 'embedded',
  capabilities: { durable: true, storeFaults: true },
  storage: 'file',
  createHome: () => Promise.resolve(new EmbeddedHome(tempDir())),
};

/** The stations that the suite makes have storage `memory`; what is kept beside their messages is in a store as before. */
export const memoryStations: EngineAdapter = {
  name: 'memory stations',
  capabilities: {
    durable: 'its messages go with the process; what stays is a part of the suite on `embedded`',
    storeFaults: true,
  },
  storage: 'memory',
  createHome: () =>
    Promise.resolve({
      start: (surroundings) => {
        const store = new FaultyStore(new MemoryStore());
        const engine = new EmbeddedEngine(store, surroundings, engineOptions(surroundings));
        return Promise.resolve({ engine, faults: store });
      },
      copyAsAfterKill: () => Promise.reject(new Error('Nothing is left of it')),
    }),
};
