import type { Problem } from '../toolchain/index.mjs';

/** What an examination of one thing came to. */
export type Examined =
  | { readonly name: string; readonly verdict: 'ok'; readonly found: string }
  | {
      readonly name: string;
      /** `warning`: a deploy may succeed all the same; `problem`: it will not. */
      readonly verdict: 'warning' | 'problem';
      readonly problem: Problem;
    };

/** The thing is as it should be. */
export function ok(name: string, found: string): Examined {
  return { name, verdict: 'ok', found };
}

/** A deploy may succeed, and it had better be known. */
export function warning(name: string, problem: Problem): Examined {
  return { name, verdict: 'warning', problem };
}

/** A deploy will fail, or do harm. */
export function fault(name: string, problem: Problem): Examined {
  return { name, verdict: 'problem', problem };
}
