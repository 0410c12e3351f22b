import { catalogue } from '../../broker/src/core/errors/index.ts';
import type { CatalogueEntry } from '../../broker/src/core/errors/index.ts';
import type { Generator } from './generator.ts';

/** Every error that a caller of the broker can meet, by code. */
export const errorsReference: Generator = {
  path: 'docs/reference/errors.md',
  source: 'broker/src/core/errors/catalogue.ts',
  render() {
    const entries = Object.entries<CatalogueEntry>(catalogue);
    return [
      '# Errors',
      'Every error that the broker answers with, by its code. Codes are never renamed and never used again for something else. `{name}` stands for a value of the case at hand. *Retry* says whether the same call may work later without being changed. *On the wire* is the text that the Memphis SDKs are answered, where they expect a certain one; elsewhere they get the first sentence.',
      ...entries.map(([code, entry]) => section(code, entry)),
    ].join('\n\n');
  },
};

function section(code: string, entry: CatalogueEntry): string {
  const rows = [
    ['What happened', entry.what],
    ['Received', entry.received],
    ['Accepted', entry.accepted],
    ['What to do', entry.next],
    ['Retry', entry.retryable ? 'may work later, unchanged' : 'will fail again'],
    ['HTTP status', String(entry.httpStatus)],
    ['On the wire', entry.wire ?? ''],
  ];
  return [
    `## ${code}`,
    ...rows
      .filter(([, text]) => text !== '')
      .map(([name, text]) => `- **${name}:** ${escape(text)}`),
  ].join('\n');
}

// A catalogue text is plain text; `<`, `*` and `_` would be Markdown here.
function escape(text = ''): string {
  return text.replace(/[<*_]/g, '\\$&');
}
