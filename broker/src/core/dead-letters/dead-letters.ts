import type { MessageHeader } from '../ports/header-blocks.ts';
import type { Station } from '../stations/station.ts';
import type { DeadLetter, DeadLetterTotals } from './dead-letter.ts';
import { ResendRun } from './resend-run.ts';
import type { ResendParts, ResendRequest } from './resend-run.ts';
import { producedByHeader } from './resent-headers.ts';

/** What a producer says of a message that did not fit the station's schema. */
export interface SchemaFailure {
  readonly producer: string;
  readonly payload: Uint8Array;
  readonly headers: readonly MessageHeader[];
  readonly reason: string;
}

/** What people and members do with dead letters. Who may is decided by the caller. */
export class DeadLetters {
  readonly #parts: ResendParts;
  readonly #resends = new Map<string, ResendRun>();

  constructor(parts: ResendParts) {
    this.#parts = parts;
  }

  /** Those of a station above `afterId` in the order of their ids, `countMax` at most. */
  list(
    station: Station,
    page: { readonly afterId: number; readonly countMax: number },
  ): Promise<readonly DeadLetter[]> {
    return this.#parts.engine.deadLetters(station.id, page);
  }

  /** The one of that id, with its message. */
  find(id: number): Promise<DeadLetter | undefined> {
    return this.#parts.engine.deadLetter(id);
  }

  totals(station: Station): Promise<DeadLetterTotals> {
    return this.#parts.engine.deadLetterTotals(station.id);
  }

  /** Removes them for good; how many there were. */
  drop(ids: readonly number[]): Promise<number> {
    return this.#parts.engine.removeDeadLetters(ids);
  }

  /** A member of `group` is done with one that was sent on: it goes. False, and nothing happens, when it is not that group's. */
  async acknowledge(id: number, group: string): Promise<boolean> {
    const letter = await this.#parts.engine.deadLetter(id);
    if (letter?.group !== group) return false;
    return (await this.#parts.engine.removeDeadLetters([id])) === 1;
  }

  /**
   * Keeps a message that failed the station's schema, if the station wants that. Reports of one failure cannot be
   * told from reports of two: each is kept (wire-protocol.md 5.6).
   */
  async reportSchemaFailure(station: Station, failure: SchemaFailure): Promise<void> {
    if (!station.deadLetters.schemaFailures) return;
    const { engine, headers, clock } = this.#parts;
    const named = failure.headers.some(({ key }) => key === producedByHeader);
    const producer = { key: producedByHeader, value: failure.producer };
    const nowMs = clock.wallMs();
    await engine.putDeadLetter({
      stationId: station.id,
      partition: 0,
      sequence: 0,
      group: null,
      cause: 'schema',
      reason: failure.reason,
      deliveryCount: 0,
      storedAtMs: nowMs,
      firstFailedAtMs: nowMs,
      lastFailedAtMs: nowMs,
      ...headers.replace(
        { message: failure.payload, headerBytes: 0 },
        named ? failure.headers : [...failure.headers, producer],
      ),
    });
  }

  /**
   * Hands dead letters to the groups that failed, and to no other. They stay until they are acked.
   * An operation that is under way is given back; one that was, goes on where it stopped.
   */
  resend(request: ResendRequest): ResendRun {
    const { operation } = request;
    const running = this.#resends.get(operation);
    if (running !== undefined) return running;
    const run = new ResendRun(request, this.#parts);
    this.#resends.set(operation, run);
    const end = (): boolean => this.#resends.delete(operation);
    void run.done.then(end, end);
    return run;
  }

  /** Ends what is under way. */
  async stop(): Promise<void> {
    const runs = [...this.#resends.values()];
    for (const run of runs) run.stop();
    await Promise.allSettled(runs.map((run) => run.done));
  }
}
