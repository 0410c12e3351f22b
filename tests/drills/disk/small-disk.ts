import { spawnSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  openSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { registerRelease, tempDir } from '../../support/index.ts';
import { DiskFaults } from '../preload/disk-faults.ts';
import { whyNoPreload } from '../preload/preload-library.ts';

const chunk = Buffer.alloc(64 * 1024, 'ballast');

/** A disk that a test can fill and empty. */
export interface SmallDisk {
  /** What it really is: not every machine lets a test mount. */
  readonly kind: string;
  readonly dataDir: string;
  /** For the broker that keeps its data there. */
  readonly env: Readonly<Record<string, string>>;
  /** Takes all the room there is. */
  fill(): void;
  /** Gives it back. */
  free(): void;
}

/**
 * The most real one that this machine allows: ext4 on a loop device, else tmpfs (both need root),
 * else writes that a preload library refuses; undefined where that cannot be built either.
 */
export function smallDisk(byteCount: number): SmallDisk | undefined {
  const disk = mounted(byteCount, 'ext4 on a loop device') ?? mounted(byteCount, 'tmpfs');
  return disk ?? (whyNoPreload() === undefined ? refusing() : undefined);
}

function mounted(
  byteCount: number,
  kind: 'ext4 on a loop device' | 'tmpfs',
): SmallDisk | undefined {
  const folder = tempDir();
  const point = join(folder, 'disk');
  mkdirSync(point);
  const isMounted =
    kind === 'tmpfs'
      ? runs('mount', '-t', 'tmpfs', '-o', `size=${String(byteCount)}`, 'tmpfs', point)
      : mountLoop(join(folder, 'image'), point, byteCount);
  if (!isMounted) return undefined;

  // Lazily, so that it also goes while a broker that has just been killed still holds files.
  const unmount = (): void => void spawnSync('umount', ['--lazy', point]);
  const release = registerRelease(() => {
    unmount();
    stopWatching();
  });
  const onSignal = (signal: NodeJS.Signals): void => {
    void release();
    process.kill(process.pid, signal);
  };
  const stopWatching = (): void => {
    process.off('exit', unmount);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, onSignal);
  };
  process.once('exit', unmount);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, onSignal);

  const ballast = join(point, 'ballast');
  return {
    kind,
    dataDir: join(point, 'data'),
    env: {},
    fill: () => fillUp(ballast),
    free: () => rmSync(ballast),
  };
}

function mountLoop(image: string, point: string, byteCount: number): boolean {
  writeFileSync(image, '');
  truncateSync(image, byteCount);
  return (
    runs('mkfs.ext4', '-q', '-F', '-m', '0', image) && runs('mount', '-o', 'loop', image, point)
  );
}

function refusing(): SmallDisk {
  const dataDir = join(tempDir(), 'data');
  const faults = new DiskFaults(dataDir);
  return {
    kind: 'writes refused by a preload library, because nothing can be mounted here',
    dataDir,
    env: faults.env,
    fill: () => faults.on('full'),
    free: () => faults.off('full'),
  };
}

/** In large pieces, then in the smallest, until there is no room for one more byte. */
function fillUp(path: string): void {
  const file = openSync(path, 'a');
  try {
    for (let size = chunk.length; size > 0;) {
      if (!writes(file, chunk.subarray(0, size))) size = Math.floor(size / 2);
    }
  } finally {
    closeSync(file);
  }
}

function writes(file: number, bytes: Buffer): boolean {
  try {
    return writeSync(file, bytes) > 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false;
    throw error;
  }
}

function runs(command: string, ...parameters: string[]): boolean {
  return spawnSync(command, parameters).status === 0;
}
