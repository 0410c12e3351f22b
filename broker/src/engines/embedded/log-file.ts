import { constants, existsSync, fdatasyncSync, write, writeSync } from 'node:fs';
import { open, readFile, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { logPageBytes } from './log-record.ts';

const logFileName = 'store.log';
const newFileName = 'store-new.log';

/** The first page: what the file is, its version, and the store it belongs to. */
const magic = 'THEBES-LOG';
const version = 1;
const versionOffset = 16;
const storeIdOffset = 32;
/** Bytes of the id that ties a log to its store. */
export const storeIdBytes = 16;

/** A file of one length for all its life, written in place. */
export interface LogFile {
  /** Where the first record may be. */
  readonly firstOffset: number;
  readonly byteCount: number;
  /** All of it. */
  read(): Promise<Buffer>;
  /** Resolves when the bytes are on disk. */
  write(bytes: Buffer, offset: number): Promise<void>;
  /** Returns when the bytes are on disk; nothing else happens in the process meanwhile. */
  writeBlocking(bytes: Buffer, offset: number): void;
  close(): Promise<void>;
}

/**
 * The log's file. Its length is written out when it is made: with that a write changes no metadata of
 * the file system, and one flush is enough. On Linux the flush comes with the write
 * (O_DSYNC): one call instead of two. Elsewhere O_DSYNC promises less than fdatasync, which Node turns
 * into F_FULLFSYNC on macOS.
 */
export class SystemLogFile implements LogFile {
  readonly firstOffset = logPageBytes;
  readonly byteCount: number;
  readonly #file: FileHandle;
  readonly #flushesItself: boolean;

  private constructor(file: FileHandle, byteCount: number, flushesItself: boolean) {
    this.#file = file;
    this.byteCount = byteCount;
    this.#flushesItself = flushesItself;
  }

  /** Makes an empty log in `directory`, whole or not at all, in place of one that is there. */
  static async make(directory: string, storeId: Uint8Array, byteCount: number): Promise<void> {
    const newPath = join(directory, newFileName);
    await rm(newPath, { force: true });
    const bytes = Buffer.alloc(byteCount);
    bytes.write(magic, 0, 'latin1');
    bytes.writeUInt32LE(version, versionOffset);
    bytes.set(storeId, storeIdOffset);
    const file = await open(newPath, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(newPath, join(directory, logFileName));
  }

  /** Whether there is a log in `directory` that was written to: then there was a store that it belongs to. */
  static async isUsed(directory: string): Promise<boolean> {
    const path = join(directory, logFileName);
    if (!existsSync(path)) return false;
    const bytes = await readFile(path);
    return bytes.subarray(logPageBytes).some((byte) => byte !== 0);
  }

  /** Opens the log that belongs to the store; throws when it is another's, or there is none. */
  static async open(directory: string, storeId: Uint8Array): Promise<SystemLogFile> {
    const path = join(directory, logFileName);
    if (!existsSync(path)) {
      throw new Error(`${path} is missing: it holds what was acknowledged last. Restore it`);
    }
    const flushesItself = process.platform === 'linux';
    const flags = constants.O_RDWR | (flushesItself ? constants.O_DSYNC : 0);
    const file = await open(path, flags);
    try {
      await checkHead(file, path, storeId);
      const { size } = await file.stat();
      return new SystemLogFile(file, size - (size % logPageBytes), flushesItself);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async read(): Promise<Buffer> {
    const bytes = Buffer.allocUnsafeSlow(this.byteCount);
    const { bytesRead } = await this.#file.read(bytes, 0, bytes.length, 0);
    return bytes.subarray(0, bytesRead);
  }

  async write(bytes: Buffer, offset: number): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      done += await this.#writeSome(bytes.subarray(done), offset + done);
    }
    if (!this.#flushesItself) await this.#file.datasync();
  }

  writeBlocking(bytes: Buffer, offset: number): void {
    const { fd } = this.#file;
    for (let done = 0; done < bytes.length;) {
      done += writeSync(fd, bytes, done, bytes.length - done, offset + done);
    }
    if (!this.#flushesItself) fdatasyncSync(fd);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  /** By the callback interface: the one of promises takes a third longer, and every commit passes here. */
  #writeSome(bytes: Buffer, offset: number): Promise<number> {
    return new Promise((resolve, reject) => {
      write(this.#file.fd, bytes, 0, bytes.length, offset, (error, byteCount) => {
        if (error === null) resolve(byteCount);
        else reject(error);
      });
    });
  }
}

async function checkHead(file: FileHandle, path: string, storeId: Uint8Array): Promise<void> {
  const head = Buffer.alloc(logPageBytes);
  await file.read(head, 0, head.length, 0);
  if (head.toString('latin1', 0, magic.length) !== magic) {
    throw new Error(`${path} is no log of a store, or its beginning is damaged`);
  }
  const found = head.readUInt32LE(versionOffset);
  if (found !== version) {
    throw new Error(`${path} has version ${String(found)}, not ${String(version)}`);
  }
  if (!head.subarray(storeIdOffset, storeIdOffset + storeIdBytes).equals(storeId)) {
    throw new Error(`${path} belongs to another store: restore the log and the store together`);
  }
}
