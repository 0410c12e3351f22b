import { helpText, readCommandLine } from '../modules/command-line/index.ts';
import type { CommandForm, CommandLine } from '../modules/command-line/index.ts';
import { runScript } from './run-script.ts';

/** Runs a command of the kit to its exit code, or prints its help. */
export function runCommand(
  form: CommandForm,
  act: (line: CommandLine) => number | Promise<number>,
): Promise<void> {
  return runScript(() => {
    const line = readCommandLine(form, process.argv.slice(2));
    if (line !== null) return act(line);
    console.log(helpText(form));
    return 0;
  });
}
