import type { Examined } from '../../../../modules/doctor/index.ts';

/** What was found, in short: `ok name: found`, or `problem name: CODE`. */
export function inShort(examined: readonly Examined[]): string[] {
  return examined.map((one) =>
    one.verdict === 'ok'
      ? `ok ${one.name}: ${one.found}`
      : `${one.verdict} ${one.name}: ${one.problem.code}`,
  );
}
