import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

/** What the example does and where. */
export interface Options {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  /** Made-up transactions instead of the sample. */
  readonly generate: { readonly count: number; readonly seed: number } | undefined;
  /** Leaves the station with its messages. */
  readonly keep: boolean;
}

export const help = `
Streams pet-store transactions through a broker and checks that every consumer group got each of
them exactly once.

  node --import tsx examples/bigpetstore/main.ts [--generate <count> [--seed <n>]] [--keep]

  --generate <count>  make up so many transactions instead of reading sample.jsonl
  --seed <n>          which transactions are made up (default 1)
  --keep              leave the station and its messages behind

  THEBES_HOST           where the broker is (default 127.0.0.1)
  THEBES_PORT           its client port (default 6666)
  THEBES_USER           who connects (default root)
  THEBES_PASSWORD_FILE  file that holds the password (required)
`;

/** What the caller can put right: shown without a stack trace. */
export class UsageError extends Error {}

/** Reads the command line and the environment; undefined when help was asked for. */
export function readOptions(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Options | undefined {
  const { values } = parse(args);
  if (values.help === true) return undefined;
  const seed = wholeNumber('--seed', values.seed ?? '1', { min: 0, max: 2 ** 32 - 1 });
  const count =
    values.generate === undefined
      ? undefined
      : wholeNumber('--generate', values.generate, { min: 1, max: 10_000_000 });
  return {
    host: environment['THEBES_HOST'] ?? '127.0.0.1',
    port: wholeNumber('THEBES_PORT', environment['THEBES_PORT'] ?? '6666', { min: 1, max: 65_535 }),
    username: environment['THEBES_USER'] ?? 'root',
    password: readPassword(environment['THEBES_PASSWORD_FILE']),
    generate: count === undefined ? undefined : { count, seed },
    keep: values.keep === true,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        generate: { type: 'string' },
        seed: { type: 'string' },
        keep: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n${help}`);
  }
}

function wholeNumber(name: string, text: string, { min, max }: { min: number; max: number }) {
  const value = Number(text);
  if (text.trim() !== '' && Number.isInteger(value) && value >= min && value <= max) return value;
  throw new UsageError(
    `${name} is not usable. Received: ${text}. Accepted: a whole number from ${min} to ${max}. Next: correct it.`,
  );
}

function readPassword(file: string | undefined): string {
  if (file === undefined || file === '') {
    throw new UsageError(
      'THEBES_PASSWORD_FILE is not set. Accepted: the path of a file that holds the password. ' +
        'Next: THEBES_PASSWORD_FILE=<data directory of the broker>/root-password',
    );
  }
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(
      `The password file cannot be read (${reason}). Accepted: the path of a readable file. ` +
        'Next: check THEBES_PASSWORD_FILE.',
    );
  }
}
