import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const mapMark = '//# sourceMappingURL=data:application/json;base64,';

/**
 * The TypeScript that a file of a `@cdktf/provider-*` package was compiled from, which its source map
 * holds. Only this text has all facts of a schema: the declarations know nothing of blocks and sets.
 */
function embeddedSource(path: string): string {
  const compiled = readFileSync(path, 'utf8');
  const start = compiled.lastIndexOf(mapMark);
  if (start < 0) throw new Error(`${path} holds no source map, so no schema can be derived`);
  const json = Buffer.from(compiled.slice(start + mapMark.length), 'base64').toString();
  return (JSON.parse(json) as { sourcesContent: string[] }).sourcesContent.join('\n');
}

function folderOf(library: string, type: string, kind: 'resource' | 'data'): string {
  const [provider, ...words] = type.split('_');
  const usual = words.join('-');
  const guesses =
    kind === 'data' ? [`data-${provider}-${usual}`] : [usual, `${usual}-resource`, `${usual}-a`];
  const declares = (folder: string): boolean => {
    const path = join(library, folder, 'index.d.ts');
    return existsSync(path) && readFileSync(path, 'utf8').includes(`tfResourceType = "${type}"`);
  };
  const found =
    guesses.find(declares) ??
    readdirSync(library).find(
      (folder) => folder.startsWith('data-') === (kind === 'data') && declares(folder),
    );
  if (found === undefined) {
    throw new Error(
      `No binding of ${kind} ${type} is in ${library}. Correct the type, or raise the package.`,
    );
  }
  return found;
}

/** The source of one resource or data source, its structs included. */
export function typeSource(packageFolder: string, type: string, kind: 'resource' | 'data'): string {
  const library = join(packageFolder, 'lib');
  const folder = join(library, folderOf(library, type, kind));
  const structs = join(folder, 'index-structs');
  const parts = existsSync(structs)
    ? readdirSync(structs).filter((name) => /^structs\d+\.js$/.test(name))
    : [];
  return [join(folder, 'index.js'), ...parts.map((name) => join(structs, name))]
    .map(embeddedSource)
    .join('\n');
}

/** The source of the provider's own settings. */
export function providerSource(packageFolder: string): string {
  return embeddedSource(join(packageFolder, 'lib', 'provider', 'index.js'));
}
