import { BrokerError } from '../core/errors/index.ts';
import { SettingsError } from './settings-error.ts';

/** What the broker was started for. */
export type Command = 'run' | 'help' | 'version';

/** The command in the arguments behind the program's name. Throws SettingsError. */
export function readCommandLine(programArguments: readonly string[]): Command {
  let command: Command = 'run';
  const problems: BrokerError[] = [];
  for (const argument of programArguments) {
    if (argument === '--help' || argument === '-h') command = 'help';
    else if (argument === '--version') command = 'version';
    else problems.push(new BrokerError('ARGUMENT_UNKNOWN', { argument }));
  }
  if (problems.length > 0) throw new SettingsError(problems);
  return command;
}
