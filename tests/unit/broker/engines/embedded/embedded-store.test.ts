import { cpSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LmdbStore } from '../../../../../broker/src/engines/embedded/index.ts';
import { openTestStore } from '../../../../support/embedded-store.ts';
import { tempDir } from '../../../../support/index.ts';

const put = (value: number) =>
  ({ kind: 'put', key: Uint8Array.of(1), value: Uint8Array.of(value) }) as const;

/** The data directory of a store whose process was killed behind its last commit, and that only the log has. */
async function killedStore(...values: number[]): Promise<string> {
  const directory = tempDir();
  const store = await openTestStore(directory);
  for (const value of values) await store.commit([put(value)]);
  const copy = tempDir();
  cpSync(directory, copy, { recursive: true });
  await store.close();
  return copy;
}

async function valueIn(directory: string): Promise<number | undefined> {
  const store = await openTestStore(directory);
  const value = store.get(put(0).key)?.[0];
  await store.close();
  return value;
}

describe('openEmbeddedStore', () => {
  test('makes a store with its log, for its owner alone, and finds both again', async () => {
    const directory = tempDir();
    expect(await valueIn(directory)).toBeUndefined();
    expect(readdirSync(directory).sort()).toEqual(['store.log', 'store.mdb', 'store.mdb-lock']);
    const store = await openTestStore(directory);
    await store.commit([put(7)]);
    await store.close();
    expect(await valueIn(directory)).toBe(7);
  });

  test('finds what only the log has, again and again', async () => {
    const directory = await killedStore(1, 2, 3);
    const behind = new LmdbStore(directory);
    expect(behind.get(put(0).key)).toBeUndefined();
    await behind.close();
    const copy = tempDir();
    cpSync(directory, copy, { recursive: true });
    expect(await valueIn(directory)).toBe(3);
    expect(await valueIn(directory)).toBe(3);
    expect(await valueIn(copy)).toBe(3);
  });

  test('makes anew what a crash has left unfinished', async () => {
    const directory = tempDir();
    writeFileSync(join(directory, 'store-new.log'), 'x');
    writeFileSync(join(directory, 'store.log'), 'the log of a store that was never made');
    writeFileSync(join(directory, 'store-new.mdb'), 'x'.repeat(8192));
    expect(await valueIn(directory)).toBeUndefined();
    expect(readdirSync(directory).sort()).toEqual(['store.log', 'store.mdb', 'store.mdb-lock']);
  });

  test('ignores the last record when it is torn, and goes on over it', async () => {
    const directory = await killedStore(1, 2);
    const path = join(directory, 'store.log');
    const log = readFileSync(path);
    log[2 * 4096 + 20] = (log[2 * 4096 + 20] ?? 0) ^ 1; // of the second record
    writeFileSync(path, log);
    const store = await openTestStore(directory);
    expect(store.get(put(0).key)).toEqual(Buffer.of(1));
    await store.commit([put(9)]);
    const copy = tempDir();
    cpSync(directory, copy, { recursive: true });
    await store.close();
    expect(await valueIn(copy)).toBe(9);
  });

  test.each([
    ['is missing', (path: string) => rmSync(path), /store\.log is missing.*Restore it/],
    ['is another file', (path: string) => writeFileSync(path, 'x'.repeat(9000)), /is no log of a/],
    ['is empty', (path: string) => truncateSync(path, 0), /is no log of a store/],
    ['is of a later version', (path: string) => patch(path, 16, 2), /has version 2, not 1/],
    ['belongs to another store', (path: string) => patch(path, 32, 0), /belongs to another store/],
  ])('rejects a store whose log %s, and leaves both as they are', async (_, damage, reason) => {
    const directory = await killedStore(1);
    damage(join(directory, 'store.log'));
    const before = readFileSync(join(directory, 'store.mdb'));
    await expect(openTestStore(directory)).rejects.toThrow(reason);
    expect(readFileSync(join(directory, 'store.mdb'))).toEqual(before);
  });

  test('rejects a log whose store is missing, and leaves it as it is', async () => {
    const directory = await killedStore(1);
    rmSync(join(directory, 'store.mdb'));
    const before = readFileSync(join(directory, 'store.log'));
    await expect(openTestStore(directory)).rejects.toThrow(/store\.mdb is missing, and its log is/);
    expect(readFileSync(join(directory, 'store.log'))).toEqual(before);
  });

  test('rejects a store from before there was a log, and leaves it as it is', async () => {
    const directory = tempDir();
    await LmdbStore.make(directory, [put(1)]);
    await expect(openTestStore(directory)).rejects.toThrow('a broker from before the log made it');
    const behind = new LmdbStore(directory);
    expect(behind.get(put(0).key)).toEqual(Buffer.of(1));
    await behind.close();
  });
});

function patch(path: string, offset: number, byte: number): void {
  const bytes = readFileSync(path);
  bytes[offset] = bytes[offset] === byte ? byte + 1 : byte;
  writeFileSync(path, bytes);
}
