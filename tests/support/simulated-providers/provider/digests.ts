import { createHash } from 'node:crypto';
import type { Digest } from '../world/journal.ts';
import { isObject } from './values.ts';
import type { Value } from './values.ts';

/** A digest, or one by name for each value of a map. */
export type Digests = Digest | { readonly [name: string]: Digests };

function digestOf(value: Value): Digests {
  if (isObject(value)) return digests(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return { sha256: createHash('sha256').update(text).digest('hex') };
}

/** What the journal may keep of secrets: enough to see that two calls were given the same. */
export function digests(secrets: Readonly<Record<string, Value>>): Record<string, Digests> {
  return Object.fromEntries(
    Object.entries(secrets).map(([name, value]) => [name, digestOf(value)]),
  );
}
