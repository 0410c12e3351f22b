import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

const folders = ['provider', 'world'];

/**
 * Compiles the code of the providers to plain JavaScript, once per content, and returns its folder:
 * Terraform starts a provider a dozen times in a run, and a compiler in each start would take longer
 * than everything else.
 */
export async function compileProvider(sources: string, cache: string): Promise<string> {
  const files = folders.flatMap((folder) =>
    readdirSync(join(sources, folder))
      .sort()
      .map((name) => ({
        name: join(folder, name),
        text: readFileSync(join(sources, folder, name), 'utf8'),
      })),
  );
  const hash = createHash('sha256').update(process.version);
  for (const { name, text } of files) hash.update(`${name}\n${text}\n`);
  const program = join(cache, `program-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(program)) return program;

  const { default: ts } = await import('typescript');
  const unfinished = `${program}.${process.pid}`;
  for (const { name, text } of files) {
    const { outputText } = ts.transpileModule(text, {
      fileName: name,
      compilerOptions: {
        module: ts.ModuleKind.CommonJS,
        target: ts.ScriptTarget.ES2023,
        rewriteRelativeImportExtensions: true,
      },
    });
    const path = join(unfinished, name.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, outputText);
  }
  // The checkout says "module" to all JavaScript below it that does not say otherwise.
  writeFileSync(join(unfinished, 'package.json'), '{"type":"commonjs"}\n');
  moveInPlace(unfinished, program);
  return program;
}

/** Several test files may prepare the same at once; the first to be ready is kept. */
function moveInPlace(unfinished: string, path: string): void {
  try {
    renameSync(unfinished, path);
  } catch (error) {
    if (!existsSync(path)) throw error;
    rmSync(unfinished, { recursive: true });
  }
}
