import { defaultText, settingRows } from './settings.ts';

const columnsMax = 88;
const indent = '      ';

/** What `--help` prints. */
export function helpText(): string {
  const settings = settingRows().map((setting) =>
    [
      `  ${setting.environment}`,
      ...wrap(setting.description),
      ...wrap(`Accepted: ${setting.kind.accepted}. Default: ${defaultText(setting)}.`),
    ].join('\n'),
  );
  return [
    'Usage: node broker/dist/main.js [--help | --version]',
    'Runs the Thebes broker in the foreground until SIGTERM or SIGINT. Its log goes to stdout as\nJSON lines; the line with "event":"ready" says that it listens.',
    'Settings, by variables of the environment:',
    ...settings,
    'Exit codes: 0 stopped as asked; 1 could not start, could not stop in time, or failed;\n78 the settings are wrong.',
  ].join('\n\n');
}

function wrap(sentence: string): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of sentence.split(' ')) {
    if (line !== indent && line.length + word.length > columnsMax) {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()];
}
