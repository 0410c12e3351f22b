import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BrokerError } from '../core/errors/index.ts';
import { syncFolder } from './sync-folder.ts';

/** 160 bits: beyond guessing, and one word to a double click. */
const secretBytes = 20;

/** Which secret a file holds: the error that says so. */
export type SecretFileError = 'ROOT_PASSWORD_FILE' | 'CONNECTION_TOKEN_FILE';

/** A secret and where it came from. */
export interface Secret {
  readonly value: string;
  readonly origin: 'generated' | 'file';
  /** Whether others than the owner may read the file. */
  readonly isExposed: boolean;
}

/**
 * A secret of this installation: the content of the file at `path`, or, when there is none, a generated
 * one that is then in that file, mode 0600, for good.
 *
 * When this resolves the file survives a power loss. So a caller that stores a hash afterwards may
 * crash anywhere: before it, the next start finds the file and takes it; after it, both are there.
 * Rejects with `errorCode`.
 */
export async function takeSecret(path: string, errorCode: SecretFileError): Promise<Secret> {
  try {
    return (await readSecret(path)) ?? (await writeSecret(path));
  } catch (error) {
    throw new BrokerError(errorCode, { path, cause: messageOf(error) }, error);
  }
}

async function readSecret(path: string): Promise<Secret | undefined> {
  let file;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    // An editor ends a file with a line feed; it is not meant.
    const value = (await readFile(file, 'utf8')).replace(/\r?\n$/, '');
    if (value === '') throw new Error('it is empty');
    const { mode } = await file.stat();
    return { value, origin: 'file', isExposed: (mode & 0o077) !== 0 };
  } finally {
    await file.close();
  }
}

async function writeSecret(path: string): Promise<Secret> {
  const value = randomBytes(secretBytes).toString('hex');
  // Never half a secret under the final name: written and synced beside it, then renamed.
  const temporary = `${path}.new`;
  await rm(temporary, { force: true }); // of a start that crashed here; its mode may be another
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(`${value}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  await syncFolder(dirname(path));
  return { value, origin: 'generated', isExposed: false };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
