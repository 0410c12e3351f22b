import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { takeDataDir } from '../../../../broker/src/host/index.ts';
import { registerRelease, tempDir } from '../../../support/index.ts';

/** A process that listens on a lock of this name, as a broker does, and is killed as none wants to be. */
async function killedHolder(dataDir: string, name: string): Promise<void> {
  const program = `require('node:net').createServer().listen(${JSON.stringify(join(dataDir, name))}, () => console.log('listening'))`;
  const child = spawn(process.execPath, ['--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  registerRelease(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
}

describe('takeDataDir', () => {
  test('makes the directory, and those above it, for its owner alone', async () => {
    const dataDir = join(tempDir(), 'state', 'data');
    const lock = await takeDataDir(dataDir);
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    await lock.release();
  });

  test('refuses a directory that a living process has, and names the process', async () => {
    const dataDir = tempDir();
    const lock = await takeDataDir(dataDir);
    await expect(takeDataDir(dataDir)).rejects.toMatchObject({
      code: 'DATA_DIR_IN_USE',
      message: expect.stringMatching(
        new RegExp(`in use by another broker: process ${String(process.pid)} on .*, since 20`),
      ),
    });
    await lock.release();
  });

  test('takes a directory that was given back, and leaves nothing in it', async () => {
    const dataDir = tempDir();
    const first = await takeDataDir(dataDir);
    await first.release();
    await first.release();
    const second = await takeDataDir(dataDir);
    expect(readdirSync(dataDir)).toHaveLength(1);
    await second.release();
    expect(readdirSync(dataDir)).toEqual([]);
  });

  test('takes a directory whose holder was killed, and removes what it left', async () => {
    const dataDir = tempDir();
    await killedHolder(dataDir, 'lock-00c0ffee.sock');
    expect(readdirSync(dataDir)).toEqual(['lock-00c0ffee.sock']);
    const lock = await takeDataDir(dataDir);
    expect(readdirSync(dataDir)).not.toContain('lock-00c0ffee.sock');
    await lock.release();
  });

  test('gives the directory to one at most of many that ask at once', async () => {
    const dataDir = tempDir();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 6 }, () => takeDataDir(dataDir)),
    );
    const locks = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    expect(locks.length).toBeLessThanOrEqual(1);
    for (const { value } of locks) await value.release();
    const after = await takeDataDir(dataDir);
    await after.release();
  });

  test('counts a holder that does not say who it is', async () => {
    const dataDir = tempDir();
    const server = createServer().listen(join(dataDir, 'lock-00000001.sock'));
    await once(server, 'listening');
    await expect(takeDataDir(dataDir)).rejects.toMatchObject({
      code: 'DATA_DIR_IN_USE',
      message: expect.stringContaining('too busy to name itself'),
    });
    server.close();
  });

  test('works in a directory whose path is longer than a socket address', async () => {
    const dataDir = join(tempDir(), 'x'.repeat(100), 'y'.repeat(100));
    const lock = await takeDataDir(dataDir);
    expect(readdirSync(dataDir)).toHaveLength(1);
    await expect(takeDataDir(dataDir)).rejects.toMatchObject({ code: 'DATA_DIR_IN_USE' });
    await lock.release();
    expect(readdirSync(dataDir)).toEqual([]);
  });

  test('leaves other files alone', async () => {
    const dataDir = tempDir();
    writeFileSync(join(dataDir, 'lock-notes.sock'), '');
    writeFileSync(join(dataDir, 'store.mdb'), '');
    const lock = await takeDataDir(dataDir);
    await lock.release();
    expect(readdirSync(dataDir).sort()).toEqual(['lock-notes.sock', 'store.mdb']);
  });

  test('refuses a path that is a file', async () => {
    const path = join(tempDir(), 'file');
    writeFileSync(path, '');
    await expect(takeDataDir(path)).rejects.toMatchObject({
      code: 'DATA_DIR_UNUSABLE',
      message: expect.stringContaining(path),
    });
  });

  test('refuses a directory below one that is a file', async () => {
    const folder = tempDir();
    mkdirSync(join(folder, 'a'));
    writeFileSync(join(folder, 'a', 'b'), '');
    await expect(takeDataDir(join(folder, 'a', 'b', 'c'))).rejects.toMatchObject({
      code: 'DATA_DIR_UNUSABLE',
    });
  });
});
