import type { Counts } from './journal.ts';
import { Violation } from './journal.ts';
import { World } from './world.ts';
import type { Defects } from './world.ts';

/** What one seed led to. */
export interface Outcome {
  readonly seed: number;
  /** The same for two runs that went the same way. */
  readonly digest: string;
  readonly counts: Counts;
  /** The promise that was broken, and what happened before it. */
  readonly violation: string | undefined;
}

/** Plays one simulated world from its first message to its last check. */
export async function simulate(seed: number, defects: Defects = {}): Promise<Outcome> {
  const world = new World(seed, defects);
  let violation: string | undefined;
  try {
    await world.run();
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    violation = error.message;
  }
  const { counts } = world.journal;
  return { seed, digest: world.journal.digest(), counts, violation };
}
