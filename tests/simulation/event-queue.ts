import { Heap } from '../../broker/src/foundation/index.ts';

/** Something that will happen. */
interface Event {
  readonly dueMs: number;
  /** Events of one moment happen in the order in which they were planned. */
  readonly order: number;
  readonly happen: () => void;
  isCancelled: boolean;
}

/** What is going to happen, in the order in which it will. */
export class EventQueue {
  readonly #events = new Heap<Event>((one, other) =>
    one.dueMs === other.dueMs ? one.order < other.order : one.dueMs < other.dueMs,
  );
  #order = 0;

  /** Plans an event; the returned function takes it back. */
  plan(dueMs: number, happen: () => void): () => void {
    const event: Event = { dueMs, order: (this.#order += 1), happen, isCancelled: false };
    this.#events.push(event);
    return () => {
      event.isCancelled = true;
    };
  }

  /** Takes the next event that was not taken back. */
  next(): { readonly dueMs: number; readonly happen: () => void } | undefined {
    for (let event = this.#events.shift(); event !== undefined; event = this.#events.shift()) {
      if (!event.isCancelled) return event;
    }
    return undefined;
  }
}
