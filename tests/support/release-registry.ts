/**
 * What a test file has taken from the machine (processes, directories) and must give back.
 *
 * `release-after-each-file.ts`, which Jest loads beside every test file, empties it when the file's
 * last test is over, passed or failed. Programs that use this folder without Jest (drills,
 * benchmarks) call `releaseAll` themselves.
 */
type Release = () => void | Promise<void>;

const pending = new Map<number, Release>();
const counter = { last: 0 };

/** Remembers how to give something back; the returned function does it now, once. */
export function registerRelease(release: Release): () => Promise<void> {
  const key = (counter.last += 1);
  pending.set(key, release);
  return async () => {
    if (pending.delete(key)) await release();
  };
}

/** Gives everything back, newest first; throws at the end when something could not be. */
export async function releaseAll(): Promise<void> {
  const failures: unknown[] = [];
  for (const [key, release] of [...pending].reverse()) {
    pending.delete(key);
    try {
      await release();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'A test left something behind');
}
