import { kinds } from './kinds.ts';
import type { Manifest } from './to-manifests.ts';

/**
 * What the schemas of Kubernetes say against an object; and fields that they do not know, which the
 * schemas let pass and the API would drop or refuse. Those are found by watching the check: it reads
 * every field that it knows, so one that it has not read is none.
 */
export function manifestProblems(manifest: Manifest): string[] {
  const kind = Object.values(kinds).find(
    (known) => known.kind === manifest.kind && known.apiVersion === manifest.apiVersion,
  );
  if (kind === undefined) return [`There is no kind ${manifest.apiVersion} ${manifest.kind}`];
  const read = new Set<string>();
  const problems: string[] = [];
  try {
    kind.prototype.validate.call(watched(manifest, '', read));
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  }
  return [...problems, ...unread(manifest, '', read).map((path) => `${path} is no field`)];
}

function watched<Value>(value: Value, path: string, read: Set<string>): Value {
  if (typeof value !== 'object' || value === null) return value;
  return new Proxy(value, {
    get(target, key) {
      const found: unknown = Reflect.get(target, key);
      if (typeof key !== 'string') return found;
      read.add(`${path}/${key}`);
      return watched(found, `${path}/${key}`, read);
    },
  });
}

function unread(value: unknown, path: string, read: ReadonlySet<string>): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const place = `${path}/${key}`;
    return read.has(place) ? unread(inner, place, read) : [place];
  });
}
