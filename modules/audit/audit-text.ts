import type { AuditFindings, Leftover } from './leftover.ts';

const headings: Readonly<Record<Leftover['verdict'], string>> = {
  left: 'Left, until somebody takes it away:',
  kept: 'Kept on purpose, and paid for:',
  passing: 'Going by itself:',
};

/** What is left of an environment, by what becomes of it. */
export function auditText({ leftovers, unread }: AuditFindings): string {
  const parts = (Object.keys(headings) as Leftover['verdict'][]).flatMap((verdict) => {
    const those = leftovers.filter((one) => one.verdict === verdict);
    return those.length === 0
      ? []
      : [
          headings[verdict],
          ...those.map(({ what, why }) => `  ${what}${why === '' ? '' : `\n    ${why}`}`),
        ];
  });
  return [
    ...(parts.length === 0 && unread.length === 0 ? ['Nothing is left.'] : parts),
    ...(leftovers.some(({ verdict }) => verdict === 'left')
      ? ['AWS lists some things for minutes after they are gone: look again before you search.']
      : []),
    ...(unread.length === 0 ? [] : ['Not looked at:', ...unread.map((one) => `  ${one}`)]),
  ].join('\n');
}

/** Whether an account is clean, as far as it was looked at. */
export function isClean({ leftovers, unread }: AuditFindings): boolean {
  return unread.length === 0 && leftovers.every(({ verdict }) => verdict !== 'left');
}
