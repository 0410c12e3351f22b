import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { repositoryRoot, tempDir } from '../support/index.ts';

/** Files of a throw-away tree by their path from its root. */
export type PlantedFiles = Readonly<Record<string, string>>;

/** Writes files into a new temporary directory, beside copies of our own configuration files. */
export function plantTree(files: PlantedFiles, configuration: readonly string[]): string {
  const root = tempDir();
  for (const path of configuration) {
    cpSync(join(repositoryRoot, path), join(root, path), { recursive: true });
  }
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}
