import { MemoryStore } from '../../../../../broker/src/engines/memory/index.ts';
import {
  claimStore,
  EmbeddedMetadataStore,
} from '../../../../../broker/src/metadata/embedded/index.ts';
import { silentLogger } from '../../../../support/index.ts';

const names = { newStoreId: 'first', installId: 'installation', database: 'thebes' };
const options = { newInstallId: 'own', onFatal: () => undefined };

describe('claimStore', () => {
  test('gives a new store an id for good', async () => {
    const store = new MemoryStore();
    expect(await claimStore(store, names)).toBe('first');
    expect(await claimStore(store, { ...names, newStoreId: 'second' })).toBe('first');
  });

  test('rejects a store of another installation', async () => {
    const store = new MemoryStore();
    await claimStore(store, names);
    await expect(claimStore(store, { ...names, installId: 'other' })).rejects.toMatchObject({
      code: 'METADATA_MISMATCH',
    });
  });

  test('rejects a store that has metadata itself, as metadata are rejected in one that has messages alone', async () => {
    const own = new MemoryStore();
    await EmbeddedMetadataStore.open(own, silentLogger, options);
    await expect(claimStore(own, names)).rejects.toMatchObject({
      code: 'METADATA_ELSEWHERE',
      details: { wanted: 'postgres', found: 'embedded' },
    });
    const claimed = new MemoryStore();
    await claimStore(claimed, names);
    await expect(EmbeddedMetadataStore.open(claimed, silentLogger, options)).rejects.toMatchObject({
      code: 'METADATA_ELSEWHERE',
      details: { wanted: 'embedded', found: 'postgres' },
    });
  });
});
