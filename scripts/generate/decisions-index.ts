import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Generator } from './generator.ts';

/** The list of decision records, newest last, with date and status out of each record. */
export const decisionsIndex: Generator = {
  path: 'docs/decisions/README.md',
  source: 'the records beside it',
  async render(root) {
    const folder = join(root, 'docs/decisions');
    const files = (await readdir(folder)).filter((name) => /^\d{4}-.*\.md$/.test(name)).sort();
    const rows = await Promise.all(
      files.map(async (name) => row(name, await readFile(join(folder, name), 'utf8'))),
    );
    return [
      '# Decisions',
      'Why things are as they are. A record is short: context, decision, consequences. A record that no longer holds is not rewritten; a newer one replaces it and both say so.',
      ['| No. | Decision | Date | Status |', '| --- | --- | --- | --- |', ...rows].join('\n'),
    ].join('\n\n');
  },
};

function row(name: string, text: string): string {
  const title = /^# (?:\d+\. )?(.+)$/m.exec(text)?.[1];
  const date = /^- Date: (\d{4}-\d{2}-\d{2})$/m.exec(text)?.[1];
  const status = /^- Status: (.+)$/m.exec(text)?.[1];
  if (title === undefined || date === undefined || status === undefined) {
    throw new Error(
      `docs/decisions/${name} must start with "# <title>" and then have the lines "- Date: YYYY-MM-DD" and "- Status: ...".`,
    );
  }
  return `| ${name.slice(0, 4)} | [${title}](${name}) | ${date} | ${status} |`;
}
