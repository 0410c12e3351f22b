import type { PlannedAct, PlannedChange, PlanSummary } from './plan-summary.ts';

const acts: readonly PlannedAct[] = ['create', 'update', 'replace', 'destroy', 'forget'];

/** A plan in a few lines: how many of what, and what would be lost by it. */
export function planText({ changes, harmful }: PlanSummary): string {
  if (changes.length === 0) return 'Nothing changes.';
  const counts = acts
    .map((act) => ({ act, count: changes.filter((change) => change.act === act).length }))
    .filter(({ count }) => count > 0)
    .map(({ act, count }) => `${count} to ${act}`);
  const replaced = changes.filter(({ act }) => act === 'replace');
  return [
    counts.join(', '),
    ...(replaced.length === 0 ? [] : ['', 'Built anew:', ...replaced.map(changeText)]),
    ...(harmful.length === 0
      ? []
      : ['', 'THIS TAKES AWAY what holds data, or all that runs:', ...harmful.map(changeText)]),
  ].join('\n');
}

function changeText({ address, act, because }: PlannedChange): string {
  const reason = because.length === 0 ? '' : `, because of ${because.join(', ')}`;
  return `  ${act} ${address}${reason}`;
}
