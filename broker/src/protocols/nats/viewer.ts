import type { GroupStart, GroupState } from '../../core/groups/index.ts';
import type {
  PartitionState,
  Pull,
  PullEnd,
  PullReceiver,
  PullRequest,
  StationEngine,
  StoredMessage,
} from '../../core/ports/index.ts';
import type { PartitionAddress } from '../../core/stations/index.ts';
import type { Cancel, Scheduler } from '../../foundation/index.ts';

/** What a viewer is made of. */
export interface ViewerParts {
  readonly engine: StationEngine;
  readonly scheduler: Scheduler;
  readonly address: PartitionAddress;
  readonly name: string;
  readonly start: GroupStart;
  readonly createdAtMs: number;
  /** Messages below are passed over. */
  readonly firstSequence: number;
}

/** Between two looks for new messages while somebody waits for them. */
const lookIntervalMs = 100;
/** So many sequences that are not kept any more are passed over before others have their turn. */
const passedOverMax = 1000;

interface ViewerPull {
  readonly receiver: PullReceiver;
  readonly bytesMax: number;
  remaining: number;
  bytesLeft: number;
  isCaughtUp: boolean;
}

/**
 * One client's look at a partition, from some message on: the consumer without acks of plain NATS clients.
 *
 * Unlike a group it settles nothing, keeps no message from being removed, has no place on disk, and
 * ends with its client. It answers pulls in the order in which they came; while it is at the end of the
 * partition and a pull waits, it looks for new messages at intervals.
 */
export class Viewer {
  readonly #parts: ViewerParts;
  #pulls: ViewerPull[] = [];
  /** The last sequence that was shown or passed over. */
  #position: number;
  #deliverySequence = 0;
  #lastSequence = 0;
  #isRunning = false;
  #cancelLook: Cancel | undefined;

  constructor(parts: ViewerParts) {
    this.#parts = parts;
    this.#position = parts.firstSequence - 1;
  }

  /** As `StationEngine.pull`; of the address and the group, it knows its own. */
  pull(
    _address: PartitionAddress,
    _group: string,
    { batch, bytesMax }: PullRequest,
    receiver: PullReceiver,
  ): Pull {
    const pull: ViewerPull = {
      receiver,
      bytesMax,
      remaining: batch,
      bytesLeft: bytesMax,
      isCaughtUp: false,
    };
    this.#pulls.push(pull);
    void this.#run();
    return {
      get remaining() {
        return pull.remaining;
      },
      cancel: () => this.#drop(pull),
      resume: () => void this.#run(),
    };
  }

  /** Its state in the words of a group. */
  async groupState(): Promise<GroupState | undefined> {
    const { engine, address, name, start, createdAtMs } = this.#parts;
    const state = await engine.partitionState(address);
    if (state === undefined) return undefined;
    return {
      settings: { name, ackTimeoutMs: 0, deliveryCountMax: -1, backoffMs: [], keyHeader: null },
      start,
      createdAtMs,
      settledSequence: this.#position,
      deliveredSequence: this.#position,
      deliveryCount: this.#deliverySequence,
      pendingCount: 0,
      redeliveredCount: 0,
      undeliveredCount: this.#leftIn(state),
      waitingForKeyCount: 0,
      waitingPullCount: this.#pulls.length,
      missedCount: 0,
    };
  }

  /** Its pulls are over, and it shows nothing any more. */
  end(end: PullEnd): void {
    this.#cancelLook?.();
    for (const { receiver } of this.#pulls.splice(0)) receiver.ended(end);
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#cancelLook?.();
    try {
      while (this.#taker() !== undefined) {
        const message = await this.#next();
        // While it was read, pulls may have ended, or the client may have stopped reading.
        const taker = this.#taker();
        if (taker === undefined) break;
        if (message === undefined) {
          this.#catchUp();
          break;
        }
        this.#show(message, taker);
      }
    } catch {
      // The engine says by itself what is wrong with it. Its client makes a new one and tries again.
      this.end('group-deleted');
    }
    this.#isRunning = false;
    if (this.#pulls.length > 0) this.#planLook();
  }

  /** The pull whose turn it is, if its client can take something now. */
  #taker(): ViewerPull | undefined {
    for (;;) {
      const pull = this.#pulls[0];
      if (pull === undefined) return undefined;
      if (pull.receiver.isOpen()) return pull.receiver.isReady() ? pull : undefined;
      this.#drop(pull);
      pull.receiver.ended('closed');
    }
  }

  /** The message behind the last one; its place is taken only when it is shown. */
  async #next(): Promise<StoredMessage | undefined> {
    const { engine, scheduler, address } = this.#parts;
    const following = await engine.message(address, this.#position + 1);
    if (following !== undefined) return following;
    const state = await engine.partitionState(address);
    if (state === undefined) {
      this.end('station-deleted');
      return undefined;
    }
    this.#lastSequence = state.lastSequence;
    this.#position = Math.max(this.#position, state.firstSequence - 1);
    for (let sequence = this.#position + 1; sequence <= state.lastSequence; sequence += 1) {
      const message = await engine.message(address, sequence);
      if (message !== undefined) return message;
      this.#position = sequence;
      if (sequence % passedOverMax === 0) {
        await new Promise<void>((resolve) => scheduler.soon(resolve));
      }
    }
    return undefined;
  }

  #show(stored: StoredMessage, pull: ViewerPull): void {
    const { sequence, storedAtMs, message, headerBytes } = stored;
    if (pull.bytesMax > 0 && message.length > pull.bytesLeft) {
      this.#drop(pull);
      pull.receiver.ended('message-too-large');
      return;
    }
    this.#position = sequence;
    this.#lastSequence = Math.max(this.#lastSequence, sequence);
    this.#deliverySequence += 1;
    pull.remaining -= 1;
    pull.bytesLeft -= message.length;
    pull.receiver.deliver({
      sequence,
      deliveryCount: 1,
      deliverySequence: this.#deliverySequence,
      storedAtMs,
      undeliveredCount: this.#lastSequence - sequence,
      message,
      headerBytes,
    });
    if (pull.remaining > 0) return;
    this.#drop(pull);
    pull.receiver.ended('filled');
  }

  #catchUp(): void {
    for (const pull of [...this.#pulls]) {
      if (pull.isCaughtUp) continue;
      pull.isCaughtUp = true;
      pull.receiver.caughtUp();
    }
  }

  #planLook(): void {
    this.#cancelLook?.();
    this.#cancelLook = this.#parts.scheduler.after(lookIntervalMs, () => void this.#run());
  }

  #drop(pull: ViewerPull): void {
    this.#pulls = this.#pulls.filter((other) => other !== pull);
    if (this.#pulls.length === 0) this.#cancelLook?.();
  }

  #leftIn({ lastSequence }: PartitionState): number {
    return Math.max(lastSequence - this.#position, 0);
  }
}
