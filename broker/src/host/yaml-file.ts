import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';

/** What stands in a YAML file. Rejects when it can not be read or is no YAML. */
export async function readYamlFile(path: string): Promise<unknown> {
  // Aliases are bounded by the library, so that a small file can not become a large document.
  return parse(await readFile(path, 'utf8')) as unknown;
}
