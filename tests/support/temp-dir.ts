import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registerRelease } from './release-registry.ts';

/** Path of a new empty directory that vanishes when the test file is over. */
export function tempDir(): string {
  const path = mkdtempSync(join(tmpdir(), 'thebes-test-'));
  registerRelease(() => {
    rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  });
  return path;
}
