import type { Outside } from '../outside/index.ts';
import type { AuditFindings } from './leftover.ts';
import { findNamed } from './named.ts';
import { findTagged } from './tagged.ts';

/** What of an environment is still in its AWS account, by its tags and by its names. Nothing is changed. */
export async function auditAws(
  outside: Outside,
  options: { readonly environment: string; readonly name: string; readonly region: string },
): Promise<AuditFindings> {
  const [tagged, named] = await Promise.all([
    findTagged(outside, options),
    findNamed(outside, options),
  ]);
  // What has tags and a name is told once: an ARN ends with the name.
  const isTold = (what: string): boolean =>
    tagged.leftovers.some((one) => new RegExp(`[/:]${lastWord(what)}$`).test(one.what));
  return {
    leftovers: [...tagged.leftovers, ...named.leftovers.filter(({ what }) => !isTold(what))],
    unread: [...tagged.unread, ...named.unread],
  };
}

function lastWord(what: string): string {
  return (what.split(' ').at(-1) ?? '').replace(/^\//, '').replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
