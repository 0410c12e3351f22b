import type { StationEngine, StoredMessage } from '../../../core/ports/index.ts';
import { subjectMatches } from '../../../core/subjects/index.ts';
import type { Scheduler } from '../../../foundation/index.ts';
import type { PartitionRoute } from '../station-routes.ts';
import { badApiRequest, noMessageFound } from './api-reply.ts';
import type { ApiError } from './api-reply.ts';
import type { RequestFields } from './request-fields.ts';

/** Which message of a partition a client wants to see. */
export type WantedMessage =
  | { readonly kind: 'sequence'; readonly sequence: number }
  /** The newest on a subject. */
  | { readonly kind: 'last'; readonly subject: string }
  /** The first on a subject from a sequence on. */
  | { readonly kind: 'next'; readonly subject: string; readonly fromSequence: number };

/** Reads `{"seq"}`, `{"last_by_subj"}` or `{"next_by_subj", "seq"}`; the error when it is none of them. */
export function wantedMessage(fields: RequestFields): WantedMessage | ApiError {
  const sequence = fields.integer('seq');
  const last = fields.text('last_by_subj');
  const next = fields.text('next_by_subj');
  if (last !== '' && (next !== '' || sequence !== 0)) {
    return badApiRequest('last_by_subj goes with neither seq nor next_by_subj');
  }
  if (last !== '') return { kind: 'last', subject: last };
  if (next !== '') return { kind: 'next', subject: next, fromSequence: sequence };
  if (sequence > 0) return { kind: 'sequence', sequence };
  return badApiRequest('one of seq, last_by_subj and next_by_subj is needed');
}

/** So many sequences that are not kept any more are passed over before others have their turn. */
const passedOverMax = 1000;

/** Finds single messages of a partition, for people and tools that look without consuming. */
export class MessageSearch {
  readonly #engine: StationEngine;
  readonly #scheduler: Scheduler;

  constructor(engine: StationEngine, scheduler: Scheduler) {
    this.#engine = engine;
    this.#scheduler = scheduler;
  }

  async find(route: PartitionRoute, wanted: WantedMessage): Promise<StoredMessage | ApiError> {
    const { address } = route;
    if (wanted.kind === 'sequence') {
      return (await this.#engine.message(address, wanted.sequence)) ?? noMessageFound;
    }
    const state = await this.#engine.partitionState(address);
    if (state === undefined || !subjectMatches(wanted.subject, route.subject)) {
      return noMessageFound;
    }
    const { firstSequence, lastSequence } = state;
    const found =
      wanted.kind === 'last'
        ? await this.#lastKept(route, firstSequence, lastSequence)
        : await this.#firstKept(route, Math.max(wanted.fromSequence, firstSequence), lastSequence);
    return found ?? noMessageFound;
  }

  /** The first that is kept between two sequences, both included. */
  async #firstKept(
    { address }: PartitionRoute,
    from: number,
    to: number,
  ): Promise<StoredMessage | undefined> {
    for (let sequence = from; sequence <= to; sequence += 1) {
      const message = await this.#engine.message(address, sequence);
      if (message !== undefined) return message;
      await this.#letOthers(sequence);
    }
    return undefined;
  }

  async #lastKept(
    { address }: PartitionRoute,
    from: number,
    to: number,
  ): Promise<StoredMessage | undefined> {
    for (let sequence = to; sequence >= from; sequence -= 1) {
      const message = await this.#engine.message(address, sequence);
      if (message !== undefined) return message;
      await this.#letOthers(sequence);
    }
    return undefined;
  }

  async #letOthers(sequence: number): Promise<void> {
    if (sequence % passedOverMax !== 0) return;
    await new Promise<void>((resolve) => this.#scheduler.soon(resolve));
  }
}
