import { helpText, readCommandLine } from '../../../../modules/command-line/index.ts';
import type { CommandForm } from '../../../../modules/command-line/index.ts';

const form: CommandForm = {
  command: 'npm run look',
  purpose: 'Looks at a target.',
  words: [
    { name: 'target', meaning: 'what to look at', accepted: ['aws', 'local'] },
    { name: 'depth', meaning: 'how far', fallback: '3' },
  ],
  flags: [{ name: '--json', meaning: 'prints JSON' }],
};

describe('readCommandLine', () => {
  test('gives words by name, what is left out by its fallback, and flags at any place', () => {
    const line = readCommandLine(form, ['--json', 'aws']);
    expect(line?.words).toEqual({ target: 'aws', depth: '3' });
    expect(line?.has('--json')).toBe(true);
    expect(readCommandLine(form, ['aws', '5'])?.words['depth']).toBe('5');
    expect(readCommandLine(form, ['aws'])?.has('--json')).toBe(false);
  });

  test('is null for --help, whatever else is wrong', () => {
    expect(readCommandLine(form, ['mars', '--help'])).toBeNull();
  });

  test('rejects what it does not know with all that is wrong and how it is typed', () => {
    const read = (): unknown => readCommandLine(form, ['mars', '1', 'third', '--jsn']);
    expect(read).toThrow(/--jsn[^]*third[^]*mars[^]*accepted: aws, local/);
    expect(read).toThrow(/\(ARGUMENT_UNKNOWN\)[^]*\(ARGUMENT_INVALID\)/);
    expect(read).toThrow('next:     npm run look -- <target> [<depth>] [--json]');
  });

  test('rejects a line without a word that has no fallback', () => {
    expect(() => readCommandLine(form, [])).toThrow(/told the target\. \(ARGUMENT_MISSING\)/);
  });
});

describe('helpText', () => {
  test('says what the command does, how it is typed, and what each part means', () => {
    expect(helpText(form)).toMatchInlineSnapshot(`
      "Looks at a target.

      npm run look -- <target> [<depth>] [--json]

        <target>  what to look at; one of aws, local
        <depth>   how far; 3 when left out
        --json    prints JSON
        --help    prints this

      Which environment: KIT_ENV, "dev" when it is not set."
    `);
  });
});
