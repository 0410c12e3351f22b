/** A fenced block of a page. */
export interface FencedExample {
  readonly page: string;
  /** Line of its fence, from 1. */
  readonly line: number;
  readonly language: string;
  readonly code: string;
  /** What running it must come to; undefined when its fence says nothing of it. */
  readonly outcome: ExpectedOutcome | undefined;
}

/**
 * What stands behind the language of a fence:
 * - `exit=0`, and `prints="text"` if its output must hold a text: the block is run here;
 * - `tested-by=path`: that file runs the same, more thoroughly.
 */
export type ExpectedOutcome =
  | { readonly kind: 'run'; readonly exitCode: number; readonly prints: string }
  | { readonly kind: 'tested-by'; readonly path: string };

/** Every fenced block of a Markdown page, those inside lists included. */
export function fencedExamples(page: string, text: string): readonly FencedExample[] {
  return [...text.matchAll(/^([ \t]*)```(\S+)([^\n]*)\n([\s\S]*?)^\1```$/gm)].map((match) => {
    const [, indent = '', language = '', info = '', body = ''] = match;
    return {
      page,
      line: text.slice(0, match.index).split('\n').length,
      language,
      code: body.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
      outcome: readOutcome(info),
    };
  });
}

function readOutcome(info: string): ExpectedOutcome | undefined {
  const exitCode = /\bexit=(\d+)/.exec(info)?.[1];
  const prints = /\bprints="([^"]*)"/.exec(info)?.[1] ?? '';
  if (exitCode !== undefined) return { kind: 'run', exitCode: Number(exitCode), prints };
  const path = /\btested-by=(\S+)/.exec(info)?.[1];
  return path === undefined ? undefined : { kind: 'tested-by', path };
}
