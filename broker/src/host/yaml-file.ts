import { readFile } from 'node:fs/promises';
import { LineCounter, parseDocument } from 'yaml';

/**
 * What stands in a YAML file. Rejects when it can not be read or is no YAML; with the place, and not a word of what
 * stands there: it may be a password, and errors are logged.
 */
export async function readYamlFile(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8');
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = lineCounter.linePos(error.pos[0]);
    const what = error.code.toLowerCase().replaceAll('_', ' ');
    throw new Error(`it is no YAML at line ${line}, column ${col}: ${what}`);
  }
  try {
    // Aliases are bounded by the library, so that a small file can not become a large document.
    return document.toJS() as unknown;
  } catch {
    throw new Error('it has an alias (*) without its anchor, or too many; put texts in quotes');
  }
}
