import { spawn } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { repositoryRoot } from './repository.ts';
import { tempDir } from './temp-dir.ts';

/** How a stand-in answers calls whose arguments begin with these words. */
export interface StandInAnswer {
  /** `docker login`, `aws sts get-caller-identity`; the longest that fits a call answers it. */
  readonly call: string;
  readonly status?: number;
  readonly output?: string;
  readonly errorOutput?: string;
}

/** A call that a stand-in got. */
export interface StandInCall {
  readonly program: string;
  readonly args: readonly string[];
  readonly input: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** How a program that was run among stand-ins ended. */
export interface StandInRun {
  readonly status: number | null;
  readonly output: string;
}

const program = `
const { appendFileSync, readFileSync } = require('node:fs');
const { basename, dirname, join } = require('node:path');
const folder = dirname(process.argv[1]);
const program = basename(process.argv[1]);
const args = process.argv.slice(2);
let input = '';
process.stdin.on('data', (chunk) => (input += chunk)).on('end', () => {
  const call = { program, args, input, variables: process.env, cwd: process.cwd() };
  appendFileSync(join(folder, 'calls.jsonl'), JSON.stringify(call) + '\\n');
  const text = [program, ...args].join(' ');
  const answers = JSON.parse(readFileSync(join(folder, 'answers.json'), 'utf8'));
  const [answer] = answers
    .filter((one) => text === one.call || text.startsWith(one.call + ' '))
    .sort((a, b) => b.call.length - a.call.length);
  if (answer === undefined) process.stderr.write('stand-in: no answer for ' + text + '\\n');
  process.stdout.write(answer?.output ?? '');
  process.stderr.write(answer?.errorOutput ?? '');
  process.exitCode = answer === undefined ? 97 : (answer.status ?? 0);
});
`;

/**
 * Programs that stand in for those of a machine: a folder that is the whole PATH of what is run with
 * it, so that what is not named here is not installed. Each call is written down.
 */
export class StandInPrograms {
  readonly folder = tempDir();

  constructor(answers: readonly StandInAnswer[]) {
    this.answer(answers);
  }

  /** Installs a stand-in for each program that has answers. */
  answer(answers: readonly StandInAnswer[]): void {
    writeFileSync(join(this.folder, 'answers.json'), JSON.stringify(answers));
    for (const name of new Set(answers.map(({ call }) => call.split(' ')[0] ?? ''))) {
      const file = join(this.folder, name);
      writeFileSync(file, `#!${process.execPath}\n${program}`);
      chmodSync(file, 0o755);
    }
  }

  get calls(): readonly StandInCall[] {
    const file = join(this.folder, 'calls.jsonl');
    if (!existsSync(file)) return [];
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    return lines.map((line) => JSON.parse(line) as StandInCall);
  }

  /** The calls as they would be typed. */
  get commands(): readonly string[] {
    return this.calls.map((call) => [call.program, ...call.args].join(' '));
  }

  /** Runs a TypeScript program of the project where nothing but the stand-ins is installed. */
  async run(
    args: readonly string[],
    options: { readonly cwd?: string; readonly variables?: Readonly<Record<string, string>> } = {},
  ): Promise<StandInRun> {
    const tsx = join(repositoryRoot, 'node_modules/tsx/dist/loader.mjs');
    const child = spawn(process.execPath, ['--import', tsx, ...args], {
      cwd: options.cwd ?? repositoryRoot,
      env: { PATH: this.folder, HOME: this.folder, NO_COLOR: '1', ...options.variables },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
    const status = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    return { status, output: stripVTControlCharacters(output) };
  }
}
