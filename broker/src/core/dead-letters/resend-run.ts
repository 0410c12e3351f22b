import { assert } from '../../foundation/index.ts';
import type { Clock, Scheduler } from '../../foundation/index.ts';
import type { Bus } from '../ports/bus.ts';
import type { HeaderBlocks } from '../ports/header-blocks.ts';
import type { StationEngine } from '../ports/station-engine.ts';
import { internalName } from '../stations/names.ts';
import type { Station } from '../stations/station.ts';
import type { DeadLetter } from './dead-letter.ts';
import {
  deadLetterGroupHeader,
  deadLetterIdHeader,
  producedByHeader,
  producedByResend,
} from './resent-headers.ts';

/** Which dead letters are to be handed to their groups again, and how fast. */
export interface ResendRequest {
  /** Names the operation: asked for again under this name, it leaves out what it has sent before. */
  readonly operation: string;
  readonly station: Station;
  /** Undefined for all that there are. */
  readonly ids: readonly number[] | undefined;
  /** The last id that belongs to it; undefined for the newest there is. */
  readonly throughId: number | undefined;
  readonly countPerSecond: number;
}

/** How far a resend is. */
export interface ResendProgress {
  /** Handed to somebody. */
  readonly sentCount: number;
  /** Nobody of the group was listening: they may be sent later. */
  readonly unheardCount: number;
  /** Sent by this operation before, or of no group that could get them. */
  readonly skippedCount: number;
  /** Everything up to here has been looked at. */
  readonly lastId: number;
}

/** Everything that a resend is made with. */
export interface ResendParts {
  readonly engine: StationEngine;
  readonly bus: Bus;
  readonly headers: HeaderBlocks;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  /** However fast a resend may be, no more bytes a second than this. */
  readonly resendBytesPerSecondMax: number;
}

/** Small, because a page holds whole messages. */
const pageCount = 16;
/** At high rates; at low ones a batch is one letter. */
const batchesPerSecond = 20;

/**
 * One resend, under way from its construction.
 *
 * A letter is published first and marked then: a crash between the two sends it twice, none is left
 * out. Batches keep the rate and the commits few; a slow group is no reason to wait, for what it does not take stays.
 */
export class ResendRun {
  /** Resolves when everything has been looked at, or `stop` was called. Rejects when the engine cannot write the marks. */
  readonly done: Promise<ResendProgress>;
  readonly #request: ResendRequest;
  readonly #parts: ResendParts;
  #progress: ResendProgress = { sentCount: 0, unheardCount: 0, skippedCount: 0, lastId: 0 };
  #isStopped = false;
  #endWait: () => void = () => undefined;

  constructor(request: ResendRequest, parts: ResendParts) {
    assert(request.countPerSecond > 0, 'A resend has a rate');
    this.#request = request;
    this.#parts = parts;
    this.done = this.#run();
  }

  get progress(): ResendProgress {
    return this.#progress;
  }

  /** Sends no more. Asked for again under its name, it goes on. */
  stop(): void {
    this.#isStopped = true;
    this.#endWait();
  }

  async #run(): Promise<ResendProgress> {
    for await (const page of this.#pages()) {
      const batchCount = Math.max(1, Math.floor(this.#request.countPerSecond / batchesPerSecond));
      for (let start = 0; start < page.length && !this.#isStopped; start += batchCount) {
        await this.#sendBatch(page.slice(start, start + batchCount));
      }
      if (this.#isStopped) break;
    }
    return this.#progress;
  }

  async *#pages(): AsyncGenerator<readonly DeadLetter[]> {
    const { station, ids, throughId } = this.#request;
    const { engine } = this.#parts;
    if (ids !== undefined) {
      for (const id of [...new Set(ids)].sort((one, other) => one - other)) {
        const letter = await engine.deadLetter(id);
        if (letter?.stationId === station.id) yield [letter];
      }
      return;
    }
    const lastId = throughId ?? (await engine.deadLetterTotals(station.id)).newestId;
    for (let afterId = 0; ;) {
      const page = await engine.deadLetters(station.id, { afterId, countMax: pageCount });
      const last = page.at(-1);
      if (last === undefined) return;
      yield page.filter(({ id }) => id <= lastId);
      if (last.id >= lastId) return;
      afterId = last.id;
    }
  }

  async #sendBatch(batch: readonly DeadLetter[]): Promise<void> {
    const { operation, countPerSecond } = this.#request;
    const { engine, clock, resendBytesPerSecondMax } = this.#parts;
    const startedAtMs = clock.monotonicMs();
    const sent: number[] = [];
    let bytes = 0;
    let { sentCount, unheardCount, skippedCount } = this.#progress;
    for (const letter of batch) {
      if (letter.group === null || letter.resend?.operation === operation) {
        skippedCount += 1;
      } else if (this.#publish(letter, letter.group)) {
        sent.push(letter.id);
        bytes += letter.message.length;
      } else {
        unheardCount += 1;
      }
    }
    sentCount += sent.length;
    if (sent.length > 0) await engine.markResent(sent, { operation, atMs: clock.wallMs() });
    const lastId = batch.at(-1)?.id ?? this.#progress.lastId;
    this.#progress = { sentCount, unheardCount, skippedCount, lastId };
    const seconds = Math.max(sent.length / countPerSecond, bytes / resendBytesPerSecondMax);
    await this.#wait(seconds * 1000 - (clock.monotonicMs() - startedAtMs));
  }

  /** False when nobody listens. */
  #publish(letter: DeadLetter, group: string): boolean {
    const { bus, headers } = this.#parts;
    const subject = `$memphis_dls_${internalName(this.#request.station.name)}.${internalName(group)}`;
    const marked = headers.replace(letter, [
      { key: producedByHeader, value: producedByResend },
      { key: deadLetterIdHeader, value: String(letter.id) },
      { key: deadLetterGroupHeader, value: group },
    ]);
    // Without a reply subject: that is how SDKs tell a dead letter from a delivery (wire-protocol.md 4).
    return bus.publish({ subject, reply: undefined, ...marked });
  }

  async #wait(delayMs: number): Promise<void> {
    if (delayMs <= 0 || this.#isStopped) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#parts.scheduler.after(delayMs, resolve);
      this.#endWait = () => {
        cancel();
        resolve();
      };
    });
  }
}
