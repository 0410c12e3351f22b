/** Stops at a broken invariant: a fault of the program, never of its input. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** What `assert` throws; nobody catches it on purpose, so the process ends. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}
