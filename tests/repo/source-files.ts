import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { repositoryRoot } from '../support/index.ts';

/** Paths of all tracked files that still exist, from the root of the repository. */
export function trackedFiles(): readonly string[] {
  return execFileSync('git', ['ls-files', '-z'], { cwd: repositoryRoot, encoding: 'utf8' })
    .split('\0')
    .filter((path) => path !== '' && existsSync(join(repositoryRoot, path)));
}

/** Tracked TypeScript and JavaScript that people write. */
export function sourceFiles(): readonly string[] {
  return trackedFiles().filter((path) => /\.(ts|mts|mjs)$/.test(path));
}

/** Text of a tracked file. */
export function read(path: string): string {
  return readFileSync(join(repositoryRoot, path), 'utf8');
}

/** Syntax tree of a tracked file. */
export function parse(path: string): ts.SourceFile {
  return ts.createSourceFile(path, read(path), ts.ScriptTarget.ES2023, true);
}

/** A name that a file lets out. */
export interface ExportedName {
  readonly name: string;
  readonly isType: boolean;
}

/** The names that a file declares and exports, in the order of the file; re-exports are left out. */
export function exportedNames(path: string): readonly ExportedName[] {
  return parse(path).statements.flatMap((statement): ExportedName[] => {
    if (!ts.canHaveModifiers(statement)) return [];
    const modifiers = ts.getModifiers(statement) ?? [];
    if (!modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
    if (ts.isVariableStatement(statement)) {
      return statement.declarationList.declarations.map(({ name }) => ({
        name: name.getText(),
        isType: false,
      }));
    }
    const isType = ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);
    if (isType || ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) {
      return [{ name: statement.name?.text ?? 'default', isType }];
    }
    return [];
  });
}

/** `StationEngine` and `stationEngine` as their words: station, engine. */
export function wordsOf(name: string): readonly string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .split(/[\s_$-]+/)
    .filter(Boolean)
    .map((word) => word.toLowerCase());
}
