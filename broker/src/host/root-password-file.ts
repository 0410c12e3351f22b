import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BrokerError } from '../core/errors/index.ts';
import { syncFolder } from './sync-folder.ts';

/** 160 bits: beyond guessing, and one word to a double click. */
const passwordBytes = 20;

/** The root password and where it came from. */
export interface RootPassword {
  readonly password: string;
  readonly origin: 'generated' | 'file';
  /** Whether others than the owner may read the file. */
  readonly isExposed: boolean;
}

/**
 * The root password of a new installation: the content of the file at `path`, or, when there is none,
 * a generated one that is then in that file, mode 0600, for good.
 *
 * When this resolves the file survives a power loss. So a caller that stores the hash afterwards may
 * crash anywhere: before it, the next start finds the file and takes it; after it, both are there.
 * Rejects with ROOT_PASSWORD_FILE.
 */
export async function takeRootPassword(path: string): Promise<RootPassword> {
  try {
    return (await readPassword(path)) ?? (await writePassword(path));
  } catch (error) {
    if (error instanceof BrokerError) throw error;
    throw new BrokerError('ROOT_PASSWORD_FILE', { path, cause: messageOf(error) }, error);
  }
}

async function readPassword(path: string): Promise<RootPassword | undefined> {
  let file;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    // An editor ends a file with a line feed; it is not meant.
    const password = (await readFile(file, 'utf8')).replace(/\r?\n$/, '');
    if (password === '') {
      throw new BrokerError('ROOT_PASSWORD_FILE', { path, cause: 'it is empty' });
    }
    const { mode } = await file.stat();
    return { password, origin: 'file', isExposed: (mode & 0o077) !== 0 };
  } finally {
    await file.close();
  }
}

async function writePassword(path: string): Promise<RootPassword> {
  const password = randomBytes(passwordBytes).toString('hex');
  // Never half a password under the final name: written and synced beside it, then renamed.
  const temporary = `${path}.new`;
  await rm(temporary, { force: true }); // of a start that crashed here; its mode may be another
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(`${password}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  await syncFolder(dirname(path));
  return { password, origin: 'generated', isExposed: false };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
