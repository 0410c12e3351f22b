// `npm run generate`: writes every file that is made from another one.
// `npm run generate -- --check` (or `npm run check:generated`) only compares and names what is stale.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { awsDeployerPolicy } from './generate/aws-deployer-policy.ts';
import { configurationReference } from './generate/configuration-reference.ts';
import { decisionsIndex } from './generate/decisions-index.ts';
import { errorsReference } from './generate/errors-reference.ts';
import { policiesReference } from './generate/policies-reference.ts';
import { sizesReference } from './generate/sizes-reference.ts';
import type { Generator } from './generate/generator.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const generators: readonly Generator[] = [
  awsDeployerPolicy,
  configurationReference,
  decisionsIndex,
  errorsReference,
  policiesReference,
  sizesReference,
];

async function isFresh(path: string, content: string): Promise<boolean> {
  const current = await readFile(join(root, path), 'utf8').catch(() => undefined);
  return current === content;
}

const checkOnly = process.argv.includes('--check');
const options = await resolveConfig(join(root, 'package.json'));
for (const generator of generators) {
  const { path, source } = generator;
  // JSON has no comments.
  const header = path.endsWith('.md')
    ? `<!-- Generated from ${source} by \`npm run generate\`. Do not edit. -->\n\n`
    : '';
  const content = await format(header + (await generator.render(root)), {
    ...options,
    filepath: path,
  });
  if (await isFresh(path, content)) continue;
  if (checkOnly) {
    console.error(`${path} is stale: run \`npm run generate\` and commit the result.`);
    process.exitCode = 1;
  } else {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
    console.log(`wrote ${path}`);
  }
}
