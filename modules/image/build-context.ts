import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

interface Rule {
  readonly matches: RegExp;
  /** `!pattern`: what matches is in after all. */
  readonly isException: boolean;
  /** The part of the pattern before its first wildcard. */
  readonly fixedPart: string;
}

/**
 * The files that a build is sent, sorted by path: those below `root` that its `.dockerignore` leaves,
 * all of them where there is none. Folders that no exception can reach into are not read, as Docker does it.
 */
export function buildContextFiles(root: string): readonly string[] {
  const file = path.join(root, '.dockerignore');
  const rules = existsSync(file) ? parseRules(readFileSync(file, 'utf8')) : [];
  const list = (folder: string): string[] =>
    readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const found = path.posix.join(folder, entry.name);
      if (!entry.isDirectory()) return isIgnored(found, rules) ? [] : [found];
      return !isIgnored(found, rules) || hasExceptionBelow(found, rules) ? list(found) : [];
    });
  return list('').sort((a, b) => (a < b ? -1 : 1));
}

function parseRules(text: string): readonly Rule[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const isException = line.startsWith('!');
      const pattern = path.posix.normalize(line.slice(isException ? 1 : 0)).replace(/^\/|\/$/g, '');
      const [fixedPart = ''] = pattern.split(/[*?[]/);
      return { matches: patternExpression(pattern), isException, fixedPart };
    });
}

/** What matches a folder matches everything in it. */
function patternExpression(pattern: string): RegExp {
  const body = pattern.replace(/\*\*\/|\*\*|[*?]|[.+^${}()|[\]\\]/g, (part) => {
    if (part === '**/') return '(?:.*/)?';
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    return part === '?' ? '[^/]' : `\\${part}`;
  });
  return new RegExp(`^${body}(?:/|$)`);
}

/** The last rule that matches decides. */
function isIgnored(file: string, rules: readonly Rule[]): boolean {
  const last = rules.filter(({ matches }) => matches.test(file)).at(-1);
  return last !== undefined && !last.isException;
}

function hasExceptionBelow(folder: string, rules: readonly Rule[]): boolean {
  return rules.some(
    ({ isException, fixedPart }) =>
      isException && (fixedPart.startsWith(`${folder}/`) || `${folder}/`.startsWith(fixedPart)),
  );
}
