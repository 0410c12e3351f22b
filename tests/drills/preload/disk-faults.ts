import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir, waitUntil } from '../../support/index.ts';
import { preloadLibrary } from './preload-library.ts';

/** What the disk of a broker is to do; faults.c says what each one means. */
export type DiskFault = 'hold-sync' | 'fail-sync' | 'fail-dsync' | 'full';

/** Switches for the faults of the disk under one broker. */
export class DiskFaults {
  /** Environment for the broker. */
  readonly env: Readonly<Record<string, string>>;
  readonly #switches = tempDir();

  constructor(dataDir: string) {
    this.env = {
      LD_PRELOAD: preloadLibrary('faults'),
      FAULTS_DIR: dataDir,
      FAULTS_SWITCHES: this.#switches,
      UV_USE_IO_URING: '0', // its writes would go round the C library
    };
  }

  on(fault: DiskFault): void {
    writeFileSync(join(this.#switches, fault), '');
  }

  off(fault: DiskFault): void {
    rmSync(join(this.#switches, fault), { force: true });
  }

  /** Lets the one sync go that waits; false when none does. */
  async letOneGo(): Promise<boolean> {
    if (!this.isHolding) return false;
    const permit = join(this.#switches, 'permit');
    writeFileSync(permit, '');
    await waitUntil(() => !existsSync(permit), { what: 'the held sync to go' });
    return true;
  }

  /** Whether a sync waits for `hold-sync` to be switched off. */
  get isHolding(): boolean {
    return existsSync(join(this.#switches, 'holding'));
  }
}
