import { lastLines, runProgram } from '../../../../modules/host/index.ts';

const node = (script: string): string[] => [process.execPath, '--eval', script];

describe('runProgram', () => {
  test('gives the status, and what was written to each side', async () => {
    const script = "console.log('out'); console.error('err'); process.exitCode = 3";
    const end = await runProgram(node(script));
    expect(end).toEqual({ status: 3, output: 'out\n', errorOutput: 'err\n' });
  });

  test('hands over an input and variables, beside those of this process', async () => {
    const script =
      "process.stdout.write(require('node:fs').readFileSync(0, 'utf8') + process.env.A + typeof process.env.PATH)";
    const { output } = await runProgram(node(script), { input: 'in ', variables: { A: 'a ' } });
    expect(output).toBe('in a string');
  });

  test('has the status null for a program that is not installed', async () => {
    const { status, errorOutput } = await runProgram(['no-such-program-of-thebes']);
    expect(status).toBeNull();
    expect(errorOutput).toContain('ENOENT');
  });

  test('has the status null for what Node refuses to start', async () => {
    const { status, errorOutput } = await runProgram(['']);
    expect(status).toBeNull();
    expect(errorOutput).toContain('empty');
  });

  test('outlives a program that does not read what it is given', async () => {
    const { status } = await runProgram(node('process.exit(0)'), { input: 'x'.repeat(1_000_000) });
    expect(status).toBe(0);
  });
});

describe('lastLines', () => {
  test('are the end of a text, in line with the parts of a problem', () => {
    expect(lastLines('a\nb\nc\n', 2)).toBe('b\n    c');
  });
});
