import type { Cancel, Scheduler } from '../../foundation/index.ts';
import { StoreError } from '../../core/ports/index.ts';
import type { OrderedStore, StoreChange, StoreEntry, StoreRange } from '../../core/ports/index.ts';
import { logRecordBytes } from './log-record.ts';
import { encodeLogPosition, logPositionKey } from './log-position.ts';
import { asKeyLayer, asLayer, copied, mergedRange } from './merged-range.ts';
import type { LayerEntry } from './merged-range.ts';
import { Overlay, keyBytes } from './overlay.ts';
import type { LogPosition, StoreLog } from './store-log.ts';

/** What the store is told. */
export interface LoggedStoreOptions {
  /** Commits of as many bytes or more go to the store behind the log: two flushes cost less than writing them twice. */
  readonly directBytesMin: number;
  /** What is in the log alone is written to the store behind it after this time at the latest, and again when it had no room. */
  readonly checkpointDelayMs: number;
  /** The same, when as many keys have changed. */
  readonly checkpointKeyCount: number;
  /** Throws `StoreError` `full` when there is no room for the changes beside what is in the log. */
  readonly checkRoom: (changes: readonly StoreChange[], loggedBytes: number) => void;
  /** The store behind it failed while nobody waited. Later commits reject with this error. Called once. */
  readonly onFailure: (error: StoreError) => void;
}

interface Waiting {
  readonly changes: readonly StoreChange[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * An ordered store with a log in front of it: a commit costs one flush of the log instead of the two of
 * LMDB, which gets many commits in one, later and in the background (decision 0012).
 *
 * A commit is on disk as a record of the log. Until the store behind it has it, reads find it in an overlay. A
 * checkpoint writes the overlay and the log's position in one transaction of that store; what was
 * in the log behind the position is replayed when it is opened. Large commits take the checkpoint's way
 * themselves, together with the overlay.
 *
 * Commits that come while one is on its way share the next record. One thing is done at a time but for this: a
 * checkpoint that no commit waits for runs beside the log.
 */
export class LoggedStore implements OrderedStore {
  readonly #store: OrderedStore;
  readonly #log: StoreLog;
  readonly #storeId: Uint8Array;
  readonly #scheduler: Scheduler;
  readonly #options: LoggedStoreOptions;
  #overlay = new Overlay();
  /** Behind the last record that is in an overlay. */
  #position: LogPosition;
  /** What the checkpoint at work is writing; older than `#overlay`. */
  #sealed: Overlay | undefined;
  #checkpoint: Promise<void> | undefined;
  #cancelTimer: Cancel | undefined;
  #waiting: Waiting[] = [];
  #work: Promise<void> | undefined;
  #failure: StoreError | undefined;
  #closed: Promise<void> | undefined;

  private constructor(
    store: OrderedStore,
    log: StoreLog,
    storeId: Uint8Array,
    scheduler: Scheduler,
    options: LoggedStoreOptions,
  ) {
    this.#store = store;
    this.#log = log;
    this.#storeId = storeId;
    this.#scheduler = scheduler;
    this.#options = options;
    this.#position = log.position;
  }

  /** Reads from the log what the store behind it has not. `storeId` is the one that the log was made for. */
  static async open(
    store: OrderedStore,
    log: StoreLog,
    storeId: Uint8Array,
    scheduler: Scheduler,
    options: LoggedStoreOptions,
  ): Promise<LoggedStore> {
    const logged = new LoggedStore(store, log, storeId, scheduler, options);
    for await (const changes of log.replay()) logged.#overlay.add(changes);
    logged.#position = log.position;
    logged.#planCheckpoint(options.checkpointDelayMs);
    return logged;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    for (const overlay of this.#overlays) {
      const value = overlay.get(key);
      if (value !== undefined) return value === null ? undefined : Buffer.from(value);
    }
    return this.#store.get(key);
  }

  *range(range: StoreRange): Generator<StoreEntry> {
    const changed = this.#changedIn(range);
    if (changed.length === 0) {
      yield* this.#store.range(range);
      return;
    }
    const layers = [...changed.map(copied), asLayer(this.#store.range(uncounted(range)))];
    for (const [key, value] of mergedRange(layers, range)) yield { key: keyBytes(key), value };
  }

  *keys(range: StoreRange): Generator<Uint8Array> {
    const changed = this.#changedIn(range);
    if (changed.length === 0) {
      yield* this.#store.keys(range);
      return;
    }
    const layers = [...changed, asKeyLayer(this.#store.keys(uncounted(range)))];
    for (const [key] of mergedRange(layers, range)) yield keyBytes(key);
  }

  async commit(changes: readonly StoreChange[]): Promise<void> {
    if (this.#closed !== undefined)
      throw new StoreError('failed', 'the store is closed', undefined);
    const loggedBytes = this.#overlay.byteCount + (this.#sealed?.byteCount ?? 0);
    this.#options.checkRoom(changes, loggedBytes);
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push({ changes, resolve, reject });
      this.#work ??= this.#writeWaiting();
    });
  }

  /** Writes what waits, and what only the log has. Idempotent. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    await this.#work;
    await this.#checkpointEnd();
    // What can not be written now stays in the log, and is replayed.
    if (this.#failure === undefined) await this.#writeCheckpoint([]).catch(() => undefined);
    this.#cancelTimer?.();
    await this.#log.close();
    await this.#store.close();
  }

  /** Newest first. */
  get #overlays(): readonly Overlay[] {
    return this.#sealed === undefined ? [this.#overlay] : [this.#overlay, this.#sealed];
  }

  /** The layers of the overlays that have anything in the range. */
  #changedIn(range: StoreRange): Iterable<LayerEntry>[] {
    return this.#overlays
      .filter((overlay) => overlay.range(range).next().done !== true)
      .map((overlay) => overlay.range(range));
  }

  async #writeWaiting(): Promise<void> {
    while (this.#waiting.length > 0) {
      const waiting = this.#waiting;
      this.#waiting = [];
      try {
        const [first] = waiting;
        const isAlone = waiting.length === 1 && first !== undefined;
        await this.#write(isAlone ? first.changes : waiting.flatMap(({ changes }) => changes));
        for (const { resolve } of waiting) resolve();
      } catch (error) {
        for (const { reject } of waiting) reject(error);
      }
    }
    this.#work = undefined;
  }

  async #write(changes: readonly StoreChange[]): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (changes.length === 0) return;
    if (logRecordBytes(changes) >= this.#options.directBytesMin) {
      await this.#checkpointEnd();
      await this.#writeCheckpoint(changes);
      return;
    }
    while (!this.#log.hasRoomFor(changes)) await (this.#checkpoint ?? this.#writeCheckpoint([]));
    await this.#log.append(changes).catch((error: unknown) => {
      throw this.#fail(error);
    });
    // In one turn, and only now: a checkpoint may have begun with another overlay meanwhile.
    this.#overlay.add(changes.map(forKeeps));
    this.#position = this.#log.position;
    const isDue =
      this.#overlay.size >= this.#options.checkpointKeyCount ||
      this.#log.usedBytes > this.#log.capacityBytes / 2;
    this.#planCheckpoint(isDue ? 0 : this.#options.checkpointDelayMs);
  }

  /** Writes what only the log has, then `changes`, to the store behind it; all or nothing. */
  #writeCheckpoint(changes: readonly StoreChange[]): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const sealed = this.#overlay;
    if (sealed.size === 0 && changes.length === 0) return Promise.resolve();
    const position = this.#position;
    const value = encodeLogPosition({ storeId: this.#storeId, position });
    this.#sealed = sealed;
    this.#overlay = new Overlay();
    this.#checkpoint = this.#store
      .commit([...sealed.changes(), ...changes, { kind: 'put', key: logPositionKey, value }])
      .then(
        () => this.#log.release(position),
        (error: unknown) => {
          // The log still has what was sealed; what has changed since is newer.
          sealed.add(this.#overlay.changes());
          this.#overlay = sealed;
          throw this.#fail(error);
        },
      )
      .finally(() => {
        this.#sealed = undefined;
        this.#checkpoint = undefined;
        this.#planCheckpoint(this.#options.checkpointDelayMs);
      });
    return this.#checkpoint;
  }

  /** No checkpoint is at work. */
  async #checkpointEnd(): Promise<void> {
    while (this.#checkpoint !== undefined) await this.#checkpoint.catch(() => undefined);
  }

  /** In the background: at most one waits, and the sooner one wins. */
  #planCheckpoint(delayMs: number): void {
    const isOver = this.#failure !== undefined || this.#closed !== undefined;
    if (isOver || this.#overlay.size === 0 || this.#checkpoint !== undefined) return;
    if (delayMs > 0) {
      this.#cancelTimer ??= this.#scheduler.after(delayMs, () => {
        this.#cancelTimer = undefined;
        this.#checkpointInBackground();
      });
      return;
    }
    this.#checkpointInBackground();
  }

  #checkpointInBackground(): void {
    // One that is at work, or about to be, for a large commit writes this too.
    if (this.#checkpoint !== undefined) return;
    // Where it had no room it is planned again, and a failure has been told.
    this.#writeCheckpoint([]).catch(() => undefined);
  }

  /** Without room, nothing was changed and later commits may work; after anything else nobody knows what is on disk. */
  #fail(cause: unknown): StoreError {
    if (cause instanceof StoreError && cause.reason === 'full') return cause;
    if (this.#failure === undefined) {
      const message = cause instanceof Error ? cause.message : String(cause);
      this.#failure =
        cause instanceof StoreError ? cause : new StoreError('failed', message, cause);
      this.#options.onFailure(this.#failure);
    }
    return this.#failure;
  }
}

/** The change with a value that its caller may not change any more. */
function forKeeps(change: StoreChange): StoreChange {
  if (change.kind === 'delete' || change.isConstant === true) return change;
  return { ...change, value: Buffer.from(change.value) };
}

/** The same range to its end: how many of the store's entries count is known once they are merged. */
function uncounted({ from, before, reverse = false }: StoreRange): StoreRange {
  return { from, before, reverse };
}
