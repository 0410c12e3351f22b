/** Something that will happen. */
interface Event {
  readonly dueMs: number;
  /** Events of one moment happen in the order in which they were planned. */
  readonly order: number;
  readonly happen: () => void;
  isCancelled: boolean;
}

/** What is going to happen, in the order in which it will: a binary heap. */
export class EventQueue {
  readonly #heap: Event[] = [];
  #order = 0;

  /** Plans an event; the returned function takes it back. */
  plan(dueMs: number, happen: () => void): () => void {
    const event: Event = { dueMs, order: (this.#order += 1), happen, isCancelled: false };
    let index = this.#heap.push(event) - 1;
    while (index > 0) {
      const parent = (index - 1) >>> 1;
      if (!this.#isBefore(index, parent)) break;
      this.#swap(index, parent);
      index = parent;
    }
    return () => {
      event.isCancelled = true;
    };
  }

  /** Takes the next event that was not taken back. */
  next(): { readonly dueMs: number; readonly happen: () => void } | undefined {
    for (;;) {
      const [first] = this.#heap;
      const last = this.#heap.pop();
      if (first === undefined || last === undefined) return undefined;
      if (this.#heap.length > 0) {
        this.#heap[0] = last;
        this.#sink();
      }
      if (!first.isCancelled) return first;
    }
  }

  #sink(): void {
    let index = 0;
    for (;;) {
      let least = index;
      for (const child of [2 * index + 1, 2 * index + 2]) {
        if (child < this.#heap.length && this.#isBefore(child, least)) least = child;
      }
      if (least === index) return;
      this.#swap(index, least);
      index = least;
    }
  }

  #isBefore(one: number, other: number): boolean {
    const a = this.#heap[one] as Event;
    const b = this.#heap[other] as Event;
    return a.dueMs === b.dueMs ? a.order < b.order : a.dueMs < b.dueMs;
  }

  #swap(one: number, other: number): void {
    const kept = this.#heap[one] as Event;
    this.#heap[one] = this.#heap[other] as Event;
    this.#heap[other] = kept;
  }
}
