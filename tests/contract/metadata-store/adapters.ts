import { EmbeddedMetadataStore } from '../../../broker/src/metadata/embedded/index.ts';
import { MemoryMetadataStore } from '../../../broker/src/metadata/memory/index.ts';
import type { MetadataStore } from '../../../broker/src/core/ports/index.ts';
import { openTestStore } from '../../support/embedded-store.ts';
import { FaultyStore } from '../../support/faulty-store.ts';
import { silentLogger, tempDir } from '../../support/index.ts';

/** What not every adapter can: true, or why it can not. */
export interface Capabilities {
  /** Opened again it has what was there before. */
  readonly durable: true | string;
  /** A test can make its store refuse. */
  readonly storeFaults: true | string;
}

/** An adapter as the contract suite sees it. */
export interface MetadataAdapter {
  readonly name: string;
  readonly capabilities: Capabilities;
  createHome(): MetadataHome;
}

/** Where one store's metadata are. */
export interface MetadataHome {
  /** Opens what is there; a store opened before is closed first. */
  open(): Promise<MetadataStore>;
  /** Makes every commit reject from now on. */
  refuse(reason: 'full' | 'failed'): void;
  accept(): void;
  close(): Promise<void>;
}

/** `metadata/memory`. */
export const memory: MetadataAdapter = {
  name: 'memory',
  capabilities: {
    durable: 'it keeps everything in memory, as its name says',
    storeFaults: 'it has no store that could refuse',
  },
  createHome: () => ({
    open: () => Promise.resolve(new MemoryMetadataStore()),
    refuse: () => undefined,
    accept: () => undefined,
    close: () => Promise.resolve(),
  }),
};

class EmbeddedHome implements MetadataHome {
  readonly #directory = tempDir();
  #store: FaultyStore | undefined;

  async open(): Promise<MetadataStore> {
    await this.close();
    this.#store = new FaultyStore(await openTestStore(this.#directory));
    return EmbeddedMetadataStore.open(this.#store, silentLogger, {
      newInstallId: 'install',
      onFatal: () => undefined,
    });
  }

  refuse(reason: 'full' | 'failed'): void {
    this.#store?.refuse(reason);
  }

  accept(): void {
    this.#store?.accept();
  }

  async close(): Promise<void> {
    await this.#store?.close();
    this.#store = undefined;
  }
}

/** `metadata/embedded` over LMDB, with a store whose commits a test can refuse. */
export const embedded: MetadataAdapter = {
  name: 'embedded',
  capabilities: { durable: true, storeFaults: true },
  createHome: () => new EmbeddedHome(),
};
