import { setTimeout as delay } from 'node:timers/promises';

/** How long to wait and what to call the thing waited for. */
export interface WaitOptions {
  /** After this time the wait fails; 10 s unless told otherwise. */
  readonly timeoutMs?: number;
  /** Completes "Waited 10000 ms for …" in the failure. */
  readonly what?: string;
}

/**
 * Resolves with the condition's value as soon as that is truthy; looks again every few milliseconds.
 *
 * Replaces sleeps: a test says what it waits for and goes on at once when it is there. An error
 * thrown by the condition counts as "not yet" and is the failure's cause when the time is up.
 */
export async function waitUntil<T>(
  condition: () => T | Promise<T>,
  { timeoutMs = 10_000, what = 'a condition' }: WaitOptions = {},
): Promise<NonNullable<T>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    let lastError: unknown;
    try {
      const value = await condition();
      if (value) return value;
    } catch (error) {
      lastError = error;
    }
    if (performance.now() >= deadline) {
      throw new Error(`Waited ${timeoutMs} ms for ${what}`, { cause: lastError });
    }
    await delay(10);
  }
}
