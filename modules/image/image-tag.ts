import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { brokerPackages } from './broker-packages.ts';
import { buildContextFiles } from './build-context.ts';

/** What an image is built for: the system and processor of the nodes, not of who builds. */
export type Platform = 'linux/arm64' | 'linux/amd64';

/** How the image is made; beside the build's context, for no `.dockerignore` can hide it. */
export const dockerfile = 'broker/Dockerfile';

/**
 * `src-` and 12 hexadecimal digits: the same for the same content, another one after any change of
 * what a build reads. So a tag never changes its content, an unchanged broker is no roll-out, and
 * going back is the older tag.
 */
export function imageTag(root: string, platform: Platform): string {
  const hash = createHash('sha256').update(`${platform}\0`);
  const files = new Set([dockerfile, ...buildContextFiles(root)]);
  // What of the root's package.json concerns the broker shows in the entries of the lockfile.
  files.delete('package.json');
  for (const file of files) {
    const bytes = contentOf(path.join(root, file));
    const content = file === 'package-lock.json' ? brokerPackages(bytes.toString('utf8')) : bytes;
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return `src-${hash.digest('hex').slice(0, 12)}`;
}

/** What a build is sent of a file: of a link where it leads to, of what is not there nothing. */
function contentOf(file: string): Buffer {
  const found = lstatSync(file, { throwIfNoEntry: false });
  if (found === undefined) return Buffer.alloc(0);
  return found.isSymbolicLink() ? Buffer.from(readlinkSync(file)) : readFileSync(file);
}
