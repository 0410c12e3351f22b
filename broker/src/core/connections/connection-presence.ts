import type { Clock } from '../../foundation/index.ts';

/**
 * Which clients are connected, by the id that each keeps across reconnects.
 *
 * Counted, because SDKs open a first connection to try the password and a second one with the same id before
 * the first is closed (wire-protocol.md 1.4).
 */
export class ConnectionPresence {
  readonly #clock: Clock;
  readonly #openCounts = new Map<string, number>();
  readonly #closedAtMs = new Map<string, number>();
  readonly #owners: ((connectionId: string) => boolean)[] = [];
  readonly #startedAtMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedAtMs = clock.monotonicMs();
  }

  /**
   * Closings are remembered of connections for which some owner has something, as it then says: clients that come and
   * go by the thousand and leave nothing behind are forgotten at once.
   */
  addOwner(hasOf: (connectionId: string) => boolean): void {
    this.#owners.push(hasOf);
  }

  opened(connectionId: string): void {
    this.#openCounts.set(connectionId, (this.#openCounts.get(connectionId) ?? 0) + 1);
  }

  closed(connectionId: string): void {
    const count = this.#openCounts.get(connectionId);
    if (count === undefined) return;
    if (count > 1) {
      this.#openCounts.set(connectionId, count - 1);
      return;
    }
    this.#openCounts.delete(connectionId);
    const isOwned = this.#owners.some((hasOf) => hasOf(connectionId));
    if (isOwned) this.#closedAtMs.set(connectionId, this.#clock.monotonicMs());
    else this.#closedAtMs.delete(connectionId);
  }

  isOpen(connectionId: string): boolean {
    return this.#openCounts.has(connectionId);
  }

  /** How long it has not been open: 0 while it is, since the start of the broker when it is not known that it ever was. */
  absentMs(connectionId: string): number {
    if (this.#openCounts.has(connectionId)) return 0;
    return this.#clock.monotonicMs() - (this.#closedAtMs.get(connectionId) ?? this.#startedAtMs);
  }

  /** Forgets when connections closed that have been absent for longer. */
  forgetAbsent(absentMsMax: number): void {
    const nowMs = this.#clock.monotonicMs();
    for (const [connectionId, closedAtMs] of this.#closedAtMs) {
      if (nowMs - closedAtMs > absentMsMax) this.#closedAtMs.delete(connectionId);
    }
  }
}
