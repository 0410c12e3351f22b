import type { Outside } from '../../modules/outside/index.ts';

/** What a program answers to calls that begin with these words: JSON, a text, or an error. */
export type Answer = readonly [call: string, answer: unknown];

/** An error of a program, or of AWS when it has a code. */
export class Refusal {
  readonly text: string;
  readonly status: number | null;

  constructor(text: string, status: number | null = 254) {
    this.text = text;
    this.status = status;
  }

  static ofAws(code: string): Refusal {
    return new Refusal(`\nAn error occurred (${code}) when calling the operation: no\n`);
  }
}

/** A world in which programs answer so; one that is not named is not installed. */
export function outsideOf(
  answers: readonly Answer[],
  { reachable = [] as readonly string[], now = '2026-11-30T00:00:00Z' } = {},
): Outside & { readonly commands: string[] } {
  const commands: string[] = [];
  return {
    commands,
    now: new Date(now),
    takesConnections: async (host) => reachable.includes(host),
    run: async (command) => {
      const text = command.join(' ');
      commands.push(text);
      const [found] = answers
        .filter(([call]) => text === call || text.startsWith(`${call} `))
        .sort(([a], [b]) => b.length - a.length);
      if (found === undefined) {
        return { status: null, output: '', errorOutput: `spawn ${command[0] ?? ''} ENOENT` };
      }
      const [, answer] = found;
      if (answer instanceof Refusal) {
        return { status: answer.status, output: '', errorOutput: answer.text };
      }
      const output = typeof answer === 'string' ? answer : JSON.stringify(answer);
      return { status: 0, output, errorOutput: '' };
    },
  };
}
