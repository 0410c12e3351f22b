import { createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import type { ScryptOptions } from 'node:crypto';
import type { PasswordHasher } from '../core/ports/index.ts';

/** How dear one hash is: memory is 128 · N · r bytes. */
export interface ScryptCost {
  /** N, a power of two. */
  readonly cost: number;
  /** r. */
  readonly blockSize: number;
  /** p. */
  readonly parallelization: number;
}

/** 32 MiB and some 60 ms: dear for a guesser, bearable for a broker that remembers who was right. */
const currentCost: ScryptCost = { cost: 32_768, blockSize: 8, parallelization: 1 };
const saltBytes = 16;
const hashBytes = 32;
const memoryBytesMax = 256 * 1024 * 1024;

/**
 * Hashes passwords with scrypt (RFC 7914). A hash reads `scrypt$N$r$p$salt$hash`, so that
 * the cost can be raised without losing the passwords hashed before.
 */
export class ScryptPasswordHasher implements PasswordHasher {
  readonly #digestKey = randomBytes(32);
  readonly #cost: ScryptCost;

  constructor(cost: ScryptCost = currentCost) {
    this.#cost = cost;
  }

  async hash(password: string): Promise<string> {
    const salt = randomBytes(saltBytes);
    const hash = await derive(password, salt, this.#cost);
    const { cost, blockSize, parallelization } = this.#cost;
    return ['scrypt', cost, blockSize, parallelization, toText(salt), toText(hash)].join('$');
  }

  /** False too for a hash that is none. */
  async verify(password: string, hash: string): Promise<boolean> {
    const [algorithm, cost, blockSize, parallelization, salt = '', expected = ''] = hash.split('$');
    const expectedBytes = Buffer.from(expected, 'base64url');
    if (algorithm !== 'scrypt' || expectedBytes.length !== hashBytes) return false;
    const actual = await derive(password, Buffer.from(salt, 'base64url'), {
      cost: Number(cost),
      blockSize: Number(blockSize),
      parallelization: Number(parallelization),
    });
    return timingSafeEqual(actual, expectedBytes);
  }

  digest(text: string): string {
    return createHmac('sha256', this.#digestKey).update(text).digest('base64url');
  }
}

function derive(password: string, salt: Buffer, cost: ScryptCost): Promise<Buffer> {
  const options: ScryptOptions = { ...cost, maxmem: memoryBytesMax };
  return new Promise((resolve, reject) => {
    scrypt(password, salt, hashBytes, options, (error, hash) => {
      if (error === null) resolve(hash);
      else reject(error);
    });
  });
}

function toText(bytes: Buffer): string {
  return bytes.toString('base64url');
}
