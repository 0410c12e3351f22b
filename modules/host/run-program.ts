import { spawn } from 'node:child_process';

/** How a program ended and what it said. */
export interface ProgramEnd {
  /** Null: it could not be started, or was killed. */
  readonly status: number | null;
  readonly output: string;
  readonly errorOutput: string;
}

/** How a program is run. */
export interface ProgramOptions {
  readonly cwd?: string;
  /** What it reads from its standard input; nothing when left out. */
  readonly input?: string;
  /** Beside those of this process. */
  readonly variables?: Readonly<Record<string, string>>;
  /** What it writes goes to this terminal, and is not kept. */
  readonly show?: boolean;
}

/** Runs a program to its end. Never throws: one that cannot be started has the status null. */
export async function runProgram(
  command: readonly string[],
  options: ProgramOptions = {},
): Promise<ProgramEnd> {
  try {
    return await endOf(command, options);
  } catch (error) {
    // What Node itself refuses: an empty name, a command line that is too long.
    return { status: null, output: '', errorOutput: (error as Error).message };
  }
}

function endOf(command: readonly string[], options: ProgramOptions): Promise<ProgramEnd> {
  const [file = '', ...args] = command;
  const shown = options.show === true ? 'inherit' : 'pipe';
  const child = spawn(file, args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...process.env, ...options.variables },
    stdio: ['pipe', shown, shown],
  });
  let [output, errorOutput] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (errorOutput += text));
  // A program that ends without reading what it is given has said by its status what was wrong.
  child.stdin?.on('error', () => undefined).end(options.input ?? '');
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ status: null, output, errorOutput: error.message }));
    child.once('close', (status) => resolve({ status, output, errorOutput }));
  });
}

/** The end of what a program said, where the reason of a failure stands. */
export function lastLines(text: string, count: number): string {
  return text.trim().split('\n').slice(-count).join('\n    ');
}
