import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { Server } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BrokerError } from '../core/errors/index.ts';

const namePattern = /^lock-[0-9a-f]{8}\.sock$/;
/** What fits into a socket address on every Unix, the final zero byte included. */
const socketPathBytesMax = 103;
const answerTimeoutMs = 500;
const attemptsMax = 5;

/**
 * Keeps a data directory for one process.
 *
 * The lock is a Unix socket in the directory on which its holder listens, so the kernel says who
 * is alive: a socket that takes connections has a living holder, who tells its process id; one that refuses
 * them was left by a process that is gone, however it went, and is removed. Unlike a process id in a file
 * this is not fooled by a reused id, nor by containers that all call themselves 1.
 *
 * Each process first listens on a socket of its own name and then looks at the others; of two that start
 * at once at least one sees the other. It holds between processes of one machine: a data directory
 * belongs on a local disk, and LMDB wants it there too.
 */
export class DataDirLock {
  readonly dataDir: string;
  readonly #server: Server;
  readonly #folder: SocketFolder;
  readonly #name: string;

  private constructor(dataDir: string, server: Server, folder: SocketFolder, name: string) {
    this.dataDir = dataDir;
    this.#server = server;
    this.#folder = folder;
    this.#name = name;
  }

  /** Rejects with DATA_DIR_IN_USE when another living process has the directory. */
  static async take(dataDir: string): Promise<DataDirLock> {
    for (let attempt = 1; ; attempt += 1) {
      const lock = await DataDirLock.#listen(dataDir);
      const holder = await lock.#otherHolder();
      if (holder === undefined) return lock;
      await lock.release();
      // Two that start at the same moment both see each other; the wait, of a length of its own, parts them.
      if (attempt === attemptsMax) throw new BrokerError('DATA_DIR_IN_USE', { dataDir, holder });
      await delay(20 + (randomBytes(1)[0] ?? 0) / 2);
    }
  }

  static async #listen(dataDir: string): Promise<DataDirLock> {
    const folder = new SocketFolder(dataDir);
    const name = `lock-${randomBytes(4).toString('hex')}.sock`;
    const since = new Date().toISOString();
    const holder = `process ${process.pid} on ${hostname()}, since ${since}`;
    const server = createServer((socket) => {
      socket.on('error', () => undefined); // whoever asks may leave before the answer
      socket.end(holder);
    });
    try {
      server.listen(folder.pathOf(name));
      await once(server, 'listening');
    } catch (error) {
      folder.close();
      throw error;
    }
    server.unref();
    return new DataDirLock(dataDir, server, folder, name);
  }

  /** Idempotent. */
  async release(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close(); // removes the socket
    await closed;
    this.#folder.close();
  }

  async #otherHolder(): Promise<string | undefined> {
    for (const name of await readdir(this.dataDir)) {
      if (name === this.#name || !namePattern.test(name)) continue;
      const holder = await holderOf(this.#folder.pathOf(name));
      if (holder !== undefined) return holder;
      await rm(join(this.dataDir, name), { force: true });
    }
    return undefined;
  }
}

/** What the holder of a socket says of itself; undefined when nobody holds it. */
async function holderOf(path: string): Promise<string | undefined> {
  const socket = connect(path).setEncoding('utf8').setTimeout(answerTimeoutMs);
  try {
    await once(socket, 'connect');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Nobody listens, or the socket was removed a moment ago. Anything else may hide a living one.
    if (code === 'ECONNREFUSED' || code === 'ENOENT') return undefined;
    return `a process that can not be asked (${String(code)})`;
  }
  // It is alive already; a busy event loop may be late with its name.
  socket.once('timeout', () => socket.destroy());
  let answer = '';
  try {
    for await (const text of socket) answer += String(text);
  } catch {
    // It died while it answered, or was too slow: what counts is that it took the connection.
  }
  return answer === '' ? 'another process, too busy to name itself' : answer;
}

/** Paths of sockets in a folder, short enough for a socket address however deep the folder lies. */
class SocketFolder {
  readonly #path: string;
  #descriptor: number | undefined;

  constructor(path: string) {
    const room = socketPathBytesMax - '/lock-00000000.sock'.length;
    if (Buffer.byteLength(path) <= room) {
      this.#path = path;
      return;
    }
    if (!existsSync('/proc/self/fd')) {
      throw new Error(`its path is longer than ${room} bytes, too long for the lock in it`);
    }
    this.#descriptor = openSync(path, 'r');
    this.#path = `/proc/self/fd/${this.#descriptor}`;
  }

  pathOf(name: string): string {
    return `${this.#path}/${name}`;
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}
