import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

// What a build leaves behind, and what it does not read.
const notSource = new Set(['dist', 'node_modules', 'data', 'Dockerfile']);

/**
 * A name for the broker's source as it is now: the same for the same content in any folder, another
 * one after any change. Dependencies count through the exact versions in its package.json.
 */
export function sourceHash(brokerDirectory: string): string {
  const hash = createHash('sha256');
  for (const file of listFiles(brokerDirectory, '')) {
    const content = readFileSync(path.join(brokerDirectory, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex').slice(0, 16);
}

function listFiles(root: string, folder: string): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true })
    .filter((entry) => !notSource.has(entry.name) && !entry.name.startsWith('.'))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const file = path.posix.join(folder, entry.name);
      return entry.isDirectory() ? listFiles(root, file) : [file];
    });
}
