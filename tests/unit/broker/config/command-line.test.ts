import { helpText, readCommandLine, settingRows } from '../../../../broker/src/config/index.ts';

describe('readCommandLine', () => {
  test.each([
    [[], 'run'],
    [['--help'], 'help'],
    [['-h'], 'help'],
    [['--version'], 'version'],
  ])('reads %j as %s', (programArguments, command) => {
    expect(readCommandLine(programArguments)).toBe(command);
  });

  test('refuses all arguments that it does not know', () => {
    expect(() => readCommandLine(['--port', '--help', '1'])).toThrow(
      /There is no command line argument --port\..*\n.*argument 1\..*--help, --version/,
    );
  });
});

describe('helpText', () => {
  test('says of every setting what it decides, what it accepts and its default', () => {
    const help = helpText().replace(/\s+/g, ' ');
    for (const { environment, description, kind } of settingRows()) {
      expect(help).toContain(`${environment} ${description} Accepted: ${kind.accepted}. Default: `);
    }
  });

  test('fits a terminal of 100 columns', () => {
    for (const line of helpText().split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });
});
