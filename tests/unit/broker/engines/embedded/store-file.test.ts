import {
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { LmdbStore } from '../../../../../broker/src/engines/embedded/index.ts';
import { makeStoreFile } from '../../../../../broker/src/engines/embedded/store-file.ts';
import { tempDir } from '../../../../support/index.ts';

const put = { kind: 'put', key: Uint8Array.of(1), value: Uint8Array.of(2) } as const;

async function open(directory: string): Promise<LmdbStore> {
  await LmdbStore.make(directory, []);
  return new LmdbStore(directory);
}

async function storeWithOneKey(): Promise<string> {
  const directory = tempDir();
  const store = await open(directory);
  await store.commit([put]);
  await store.close();
  return directory;
}

describe('LmdbStore', () => {
  test('makes a store where there is none, and finds it again', async () => {
    const directory = await storeWithOneKey();
    const store = await open(directory);
    expect(store.get(put.key)).toEqual(Buffer.from(put.value));
    await store.close();
    expect(readdirSync(directory).sort()).toEqual(['store.mdb', 'store.mdb-lock']);
  });

  test('makes a store anew that a crash has left unfinished', async () => {
    const directory = tempDir();
    writeFileSync(join(directory, 'store-new.mdb'), 'x'.repeat(8192));
    writeFileSync(join(directory, 'store-new.mdb-lock'), 'x');
    const store = await open(directory);
    await store.commit([put]);
    await store.close();
    expect(readdirSync(directory).sort()).toEqual(['store.mdb', 'store.mdb-lock']);
  });

  // Each of these ends the process where LMDB is let at it: a test that failed would take Jest along.
  test.each([
    ['is something else', (path: string) => writeFileSync(path, 'x'.repeat(8192))],
    ['is a few bytes', (path: string) => truncateSync(path, 100)],
    ['has lost its second page', (path: string) => truncateSync(path, 4096)],
    ['begins with zeros', (path: string) => writeFileSync(path, Buffer.alloc(8192))],
  ])('rejects a file that %s, and leaves it as it is', async (_, damage) => {
    const directory = await storeWithOneKey();
    const path = join(directory, 'store.mdb');
    damage(path);
    const before = readFileSync(path);
    await expect(open(directory)).rejects.toThrow(/is no LMDB file, or its beginning/);
    expect(readFileSync(path)).toEqual(before);
  });

  test('rejects a file of another version of LMDB', async () => {
    const directory = await storeWithOneKey();
    const path = join(directory, 'store.mdb');
    const bytes = readFileSync(path);
    bytes.writeUInt32LE(3, 28);
    writeFileSync(path, bytes);
    await expect(open(directory)).rejects.toThrow('an LMDB file of version 3, not 2');
  });
});

describe('makeStoreFile', () => {
  test('shows the file under its name only when it is whole', async () => {
    const directory = tempDir();
    await makeStoreFile(directory, (path) => {
      expect(existsSync(join(directory, 'store.mdb'))).toBe(false);
      writeFileSync(path, 'whole');
      return Promise.resolve();
    });
    expect(statSync(join(directory, 'store.mdb')).size).toBe(5);
  });

  test('leaves a file that is there alone', async () => {
    const directory = await storeWithOneKey();
    await makeStoreFile(directory, () => Promise.reject(new Error('it must not be made')));
    expect(readdirSync(directory)).toContain('store.mdb');
  });
});
