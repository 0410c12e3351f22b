import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import {
  ancestorNamed,
  commandOf,
  identify,
  isAlive,
  listenerOn,
  processesIn,
} from '../../../../modules/host/index.ts';

const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

async function start(cwd: string, marker: string): Promise<number> {
  const child = spawn(
    process.execPath,
    ['-e', "console.log('up'); setInterval(() => {}, 1000)", marker],
    {
      cwd,
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  children.push(child);
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  return child.pid ?? 0;
}

describe('the process table', () => {
  test('tells a process from a later one with its pid', () => {
    const self = identify(process.pid);
    expect(self).toEqual({ pid: process.pid, started: expect.any(String) as string });
    expect(identify(process.pid)).toEqual(self);
    expect(isAlive(self ?? { pid: 0, started: '' })).toBe(true);
    expect(isAlive({ pid: process.pid, started: 'at another time' })).toBe(false);
  });

  test('knows no process that has ended, even while its parent has not looked', async () => {
    const pid = await start(os.tmpdir(), 'ending');
    const identity = identify(pid);
    expect(identity).not.toBeNull();
    const [child] = children;
    await new Promise((resolve) => {
      child?.once('exit', resolve);
      process.kill(pid, 'SIGKILL');
    });
    expect(identify(pid)).toBeNull();
  });

  test('finds processes by where they work and what they run', async () => {
    const folder = mkdtempSync(path.join(realpathSync(os.tmpdir()), 'thebes-table-'));
    const pid = await start(folder, 'wanted.js');
    await start(folder, 'other.js');
    await start(os.tmpdir(), 'wanted.js');
    expect(processesIn(folder, 'wanted.js').map((found) => found.pid)).toEqual([pid]);
    expect(commandOf(pid)).toContain('wanted.js');
    rmSync(folder, { recursive: true });
  });

  test.each(['127.0.0.1', '::1'])('knows who listens on a port of %s', async (host) => {
    const server = createServer().listen(0, host);
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    expect(listenerOn(port)?.pid).toBe(process.pid);
    await new Promise((resolve) => server.close(resolve));
    expect(listenerOn(port)).toBeNull();
  });

  test('finds the nearest process above this one by its command', () => {
    expect(ancestorNamed(commandOf(process.ppid))?.pid).toBe(process.ppid);
    expect(ancestorNamed('no process has such a command')).toBeNull();
  });
});
