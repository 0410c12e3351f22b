import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { takeTurn } from '../../../../modules/config/index.ts';
import { identify } from '../../../../modules/host/index.ts';
import type { ProcessIdentity } from '../../../../modules/host/index.ts';

let outdir: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  outdir = mkdtempSync(path.join(os.tmpdir(), 'thebes-turn-'));
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(outdir, { recursive: true });
});

/** A process that stands for a running cdktf command. */
function command(): { identity: ProcessIdentity; end: () => Promise<void> } {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  children.push(child);
  const identity = identify(child.pid ?? 0);
  if (identity === null) throw new Error('it did not start');
  const end = (): Promise<void> =>
    new Promise((resolve) => {
      child.once('close', () => resolve());
      child.kill('SIGKILL');
    });
  return { identity, end };
}

describe('takeTurn', () => {
  test('lets one command in, and the same one again', async () => {
    const { identity } = command();
    await takeTurn(outdir, 'a', { command: identity });
    await takeTurn(outdir, 'a', { command: identity });
    expect(readdirSync(outdir)).toEqual(['.turn']);
  });

  test('makes the next command wait until the one before it has ended', async () => {
    const [first, second] = [command(), command()];
    await takeTurn(outdir, 'a', { command: first.identity });
    let entered = false;
    const waiting = takeTurn(outdir, 'b', { command: second.identity }).then(() => {
      entered = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(entered).toBe(false);
    await first.end();
    await waiting;
    expect(readdirSync(outdir)).toEqual(['.turn']);
  });

  test('rejects a command that waited too long, naming the one it waited for', async () => {
    const [first, second] = [command(), command()];
    await takeTurn(outdir, 'a', { command: first.identity });
    const refused = takeTurn(outdir, 'b', { command: second.identity, timeoutMs: 0 });
    await expect(refused).rejects.toMatchObject({
      problems: [{ code: 'OUTPUT_FOLDER_BUSY' }],
      message: expect.stringContaining(`process ${first.identity.pid}`) as string,
    });
    await expect(refused).rejects.toThrow('environment a');
  });

  test('lets commands in one by one when all of them find the turn of a dead one', async () => {
    const dead = command();
    await takeTurn(outdir, 'a', { command: dead.identity });
    await dead.end();
    const waiting = [command(), command(), command()];
    let inside = 0;
    let entered = 0;
    const turns = waiting.map(async ({ identity, end }) => {
      await takeTurn(outdir, 'b', { command: identity });
      inside += 1;
      entered += 1;
      await new Promise((resolve) => setImmediate(resolve));
      expect(inside).toBe(1);
      inside -= 1;
      await end();
    });
    await Promise.all(turns);
    expect(entered).toBe(3);
  });

  test('does not concern a synthesis without the CLI', async () => {
    await takeTurn(outdir, 'a', { command: null });
    expect(readdirSync(outdir)).toEqual([]);
  });
});
