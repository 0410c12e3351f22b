import type { Problem } from '../../../modules/config/index.ts';
import type { RunTool, ToolCall } from './set-up-tool.ts';

/** One call of the set-up, and what it is called where it fails. */
export interface SetUpStep extends ToolCall {
  readonly name: string;
  /** What puts right a failure that is none of the registry's. */
  readonly next: string;
}

/** Why a column does not run on this machine. */
export type Obstacle =
  /** Nobody's fault: the language is not there, or its registry does not hand the packages out. */
  | { readonly reason: string }
  /** Somebody has to do something: nothing of the column was seen, though it could have been. */
  | { readonly problem: Problem };

/**
 * What Go and pip say when the registry cannot be reached, or answers that it does not hand out what was asked for. All else that
 * goes wrong can be put right, and has to be: an SDK that could be had and was not run tells nothing about the broker.
 */
const registrySays: readonly RegExp[] = [
  /: (Get|Head) "[^"]*": /, // go: nobody answered
  /: reading https?:\S+: \d{3} /, // go: the proxy answered 404, 410, or that it does not want to
  /module lookup disabled by GOPROXY=off/,
  /exec: "git": executable file not found/, // go: without a proxy, the module's own host is asked by git
  /git ls-remote .*exit status 128/,
  /\(from versions: none\)/, // pip: the same words for an index that is silent, refuses, or has no such package
];

/** What came is not what was to come: that is never the registry's silence, whatever else was printed. */
const alarms = /checksum mismatch|SECURITY ERROR|DO NOT MATCH THE HASHES/;

/** Takes the steps up to the first that fails; what is in the way, undefined where all were taken. */
export function obstacleIn(
  title: string,
  steps: readonly SetUpStep[],
  run: RunTool,
): Obstacle | undefined {
  for (const step of steps) {
    const { hasSucceeded, output } = run(step);
    if (hasSucceeded) continue;
    const cannotBeHad = registrySays.some((pattern) => pattern.test(output));
    if (cannotBeHad && !alarms.test(output)) return { reason: `${step.name}: ${lastLine(output)}` };
    return { problem: setUpProblem(title, step, output) };
  }
  return undefined;
}

/** A set-up that did not work though nothing outside of this machine and this repository is in its way. */
function setUpProblem(
  title: string,
  { name, next }: Pick<SetUpStep, 'name' | 'next'>,
  output: string,
): Problem {
  const lines = withoutAddresses(output).trim().split('\n').slice(-linesShown);
  return {
    code: 'SDK_SETUP_FAILED',
    what: `The set-up of an SDK failed, so its column of the conformance table was not run: ${title}`,
    received: [`${name} failed; its last lines:`, ...lines].join('\n    '),
    accepted:
      'packages of the pinned versions and a driver that runs; or no such language, or a registry that does not hand them out',
    next: `${next}, then run the command again`,
  };
}

/** Enough for the first errors of a compiler and the last of pip. */
const linesShown = 12;

/** The reason in one line. */
function lastLine(output: string): string {
  return withoutAddresses(output).trim().split('\n').at(-1)?.trim() ?? '';
}

/** They differ by machine, and may hold somebody's password. */
function withoutAddresses(text: string): string {
  return text.replace(/\bhttps?:\/\/[^\s"'),]+/g, 'its address');
}
