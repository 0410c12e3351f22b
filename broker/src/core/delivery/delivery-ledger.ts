/** How many sequences one chunk of a ledger covers. */
export const chunkSequences = 256;

const undelivered = 0;
const settled = 255;
/** Delivery counts above it read as it; groups allow 10 at most. */
const deliveryCountMax = 254;

/** No chunk has it. */
const noIndex = -1;

/**
 * What one group has done with each sequence of one partition: nothing yet, delivered so often,
 * or settled. One byte each, in chunks of 256, so that a change costs a commit one small record
 * and not a record per message. Chunks below the floor are gone, chunks not reached do not exist.
 */
export class DeliveryLedger {
  readonly #chunks = new Map<number, Uint8Array>();
  readonly #dirty = new Set<number>();
  #floor: number;
  /** Deliveries and acks go through the sequences one by one: the chunk asked for last is mostly the next one too. */
  #lastIndex = noIndex;
  #lastChunk: Uint8Array | undefined;
  #lastDirtyIndex = noIndex;

  /** @param floor Everything up to here counts as settled. */
  constructor(floor: number) {
    this.#floor = floor;
  }

  /** Everything up to here is settled, and what follows is not. */
  get floor(): number {
    return this.#floor;
  }

  isSettled(sequence: number): boolean {
    return sequence <= this.#floor || this.#read(sequence) === settled;
  }

  /** How often it was delivered; 0 when never, or when it is settled. */
  deliveryCount(sequence: number): number {
    if (sequence <= this.#floor) return 0;
    const state = this.#read(sequence);
    return state === settled ? 0 : state;
  }

  setDelivered(sequence: number, deliveryCount: number): void {
    this.#write(sequence, Math.min(deliveryCount, deliveryCountMax));
  }

  /** Settles the sequence and moves the floor over everything that is settled behind it. */
  settle(sequence: number): void {
    if (sequence <= this.#floor) return;
    this.#write(sequence, settled);
    if (sequence === this.#floor + 1) this.#advance();
  }

  settleAll(sequences: Iterable<number>): void {
    for (const sequence of sequences) this.settle(sequence);
  }

  /** Everything up to `sequence` counts as settled. */
  raiseFloor(sequence: number): void {
    if (sequence <= this.#floor) return;
    const firstKept = chunkOf(sequence + 1);
    for (const index of this.#chunks.keys()) {
      if (index < firstKept) this.#drop(index);
    }
    this.#floor = sequence;
    this.#advance();
  }

  /** Everything up to `sequence` counts as settled, and nothing has become of what follows. */
  moveFloor(sequence: number): void {
    for (const index of this.#chunks.keys()) this.#drop(index);
    this.#floor = sequence;
  }

  /** The sequences above the floor, up to `last`, that were delivered and are not settled. */
  *pending(last: number): Generator<{ sequence: number; deliveryCount: number }> {
    for (let sequence = this.#floor + 1; sequence <= last; sequence += 1) {
      const state = this.#read(sequence);
      if (state !== undelivered && state !== settled) yield { sequence, deliveryCount: state };
    }
  }

  /** The sequences above the floor, up to `last`, that nothing has become of. */
  *untouched(last: number): Generator<number> {
    for (let sequence = this.#floor + 1; sequence <= last; sequence += 1) {
      if (this.#read(sequence) === undelivered) yield sequence;
    }
  }

  /** Chunks changed since the last `markClean`; a chunk that is gone has no bytes. */
  dirtyChunks(): Iterable<{ index: number; bytes: Uint8Array | undefined }> {
    return Array.from(this.#dirty, (index) => ({ index, bytes: this.#chunks.get(index) }));
  }

  /** The changes so far are with a commit. */
  markClean(): void {
    this.#dirty.clear();
    this.#lastDirtyIndex = noIndex;
  }

  /** The commit with these chunks was not made: they are to be written again. */
  markDirty(indexes: Iterable<number>): void {
    for (const index of indexes) this.#dirty.add(index);
  }

  /** Reads a chunk back, at start. */
  load(index: number, bytes: Uint8Array): void {
    this.#put(index, bytes.slice(0, chunkSequences));
  }

  /** Indexes of the chunks there are. */
  chunkIndexes(): Iterable<number> {
    return this.#chunks.keys();
  }

  #advance(): void {
    let chunkIndex = chunkOf(this.#floor + 1);
    let chunk = this.#chunk(chunkIndex);
    for (;;) {
      const next = this.#floor + 1;
      if (chunkOf(next) !== chunkIndex) {
        this.#drop(chunkIndex);
        chunkIndex = chunkOf(next);
        chunk = this.#chunk(chunkIndex);
      }
      if (chunk?.[next % chunkSequences] !== settled) return;
      this.#floor = next;
    }
  }

  #drop(index: number): void {
    this.#lastIndex = noIndex;
    if (this.#chunks.delete(index)) this.#dirty.add(index);
  }

  #put(index: number, chunk: Uint8Array): void {
    this.#lastIndex = noIndex;
    this.#chunks.set(index, chunk);
  }

  #chunk(index: number): Uint8Array | undefined {
    if (index !== this.#lastIndex) {
      this.#lastIndex = index;
      this.#lastChunk = this.#chunks.get(index);
    }
    return this.#lastChunk;
  }

  #read(sequence: number): number {
    return this.#chunk(chunkOf(sequence))?.[sequence % chunkSequences] ?? undelivered;
  }

  #write(sequence: number, state: number): void {
    const index = chunkOf(sequence);
    let chunk = this.#chunk(index);
    if (chunk === undefined) {
      chunk = new Uint8Array(chunkSequences);
      this.#put(index, chunk);
    }
    chunk[sequence % chunkSequences] = state;
    if (index === this.#lastDirtyIndex) return;
    this.#lastDirtyIndex = index;
    this.#dirty.add(index);
  }
}

/** The chunk that a sequence is in. */
export function chunkOf(sequence: number): number {
  return Math.floor(sequence / chunkSequences);
}
