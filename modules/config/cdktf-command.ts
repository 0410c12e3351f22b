import { ancestorNamed, commandOf } from '../host/index.ts';

/** What cdktf was asked for, as far as this synthesis can see. */
export interface CdktfCommand {
  /** `deploy`, `destroy`, `diff`, `synth`, …; null without a cdktf above this process. */
  readonly verb: string | null;
  /** Whether the command is about a stack: it is named, or a pattern may mean it. */
  isAbout(stack: string): boolean;
}

/**
 * The command of cdktf that this process synthesizes for. cdktf does not tell: every command
 * synthesizes every stack. So it is read from the command line of the process above, and used for
 * no more than what to say.
 */
export function cdktfCommand(
  commandLine = describe(ancestorNamed('bin/cdktf')?.pid),
): CdktfCommand {
  const words = commandLine.split(/\s+/);
  const program = words.findIndex((word) => word.endsWith('bin/cdktf'));
  const [verb, ...rest] = program < 0 ? [] : words.slice(program + 1);
  return {
    verb: verb ?? null,
    isAbout: (stack) => rest.some((word) => word === stack || word.includes('*')),
  };
}

function describe(pid: number | undefined): string {
  return pid === undefined ? '' : commandOf(pid);
}
