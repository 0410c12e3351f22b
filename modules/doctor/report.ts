import { renderProblem } from '../toolchain/index.mjs';
import type { Examined } from './examination.ts';

/** What was examined, one thing a line, and what to do about those that are not as they should be. */
export function reportText(examined: readonly Examined[]): string {
  const width = Math.max(...examined.map(({ name }) => name.length));
  const lines = examined.map((one) => {
    const start = `${one.verdict.padEnd(7)}  ${one.name.padEnd(width)}  `;
    return one.verdict === 'ok'
      ? `${start}${one.found}`
      : `${start}${renderProblem(one.problem).replaceAll('\n', `\n${' '.repeat(9)}`)}`;
  });
  const count = (verdict: Examined['verdict']): number =>
    examined.filter((one) => one.verdict === verdict).length;
  return [
    ...lines,
    '',
    `${count('ok')} ok, ${count('warning')} warnings, ${count('problem')} problems`,
  ].join('\n');
}
