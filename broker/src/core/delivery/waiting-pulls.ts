import type { Pull, PullEnd, PullReceiver, PullRequest } from '../ports/station-engine.ts';

/** A pull and what it still wants. */
export class WaitingPull {
  readonly receiver: PullReceiver;
  readonly #limitsBytes: boolean;
  remaining: number;
  #bytesLeft: number;
  over = false;
  /** Whether its receiver has heard that there was nothing more. */
  isCaughtUp = false;

  constructor(request: PullRequest, receiver: PullReceiver) {
    this.receiver = receiver;
    this.remaining = request.batch;
    this.#limitsBytes = request.bytesMax > 0;
    this.#bytesLeft = request.bytesMax;
  }

  hasRoomFor(bytes: number): boolean {
    return !this.#limitsBytes || bytes <= this.#bytesLeft;
  }

  take(bytes: number): void {
    this.remaining -= 1;
    this.#bytesLeft -= bytes;
  }

  end(end: PullEnd): void {
    if (this.over) return;
    this.over = true;
    this.receiver.ended(end);
  }
}

/** The pulls of one group on one partition, served in turn: after one message it is the next one's turn. */
export class WaitingPulls {
  readonly #countMax: number;
  readonly #pulls: WaitingPull[] = [];
  #turn = 0;
  /** Those that have not heard `caughtUp`: mostly none, which keeps the question cheap. */
  #behindCount = 0;

  constructor(countMax: number) {
    this.#countMax = countMax;
  }

  get length(): number {
    return this.#pulls.length;
  }

  /**
   * Lets a pull wait; undefined when as many wait as may.
   * @param resumed Called when its receiver can take more again.
   */
  take(pull: WaitingPull, resumed: () => void): Pull | undefined {
    if (!this.add(pull)) return undefined;
    return {
      get remaining() {
        return pull.remaining;
      },
      cancel: () => {
        pull.over = true;
        this.remove(pull);
      },
      resume: resumed,
    };
  }

  /** False when as many wait as may. */
  add(pull: WaitingPull): boolean {
    if (this.#pulls.length >= this.#countMax) this.#dropClosed();
    if (this.#pulls.length >= this.#countMax) return false;
    this.#behindCount += 1;
    // Behind the one whose turn is last: a newcomer waits a full round.
    this.#pulls.splice(this.#turn, 0, pull);
    this.#turn += 1;
    if (this.#turn >= this.#pulls.length) this.#turn = 0;
    return true;
  }

  /** The next pull that can take a message; those with nobody behind them end on the way. */
  next(): WaitingPull | undefined {
    let unready = 0;
    while (unready < this.#pulls.length) {
      const pull = this.#pulls[this.#turn];
      if (pull === undefined) return undefined;
      if (!pull.receiver.isOpen()) {
        this.remove(pull);
        pull.end('closed');
        continue;
      }
      this.#turn = this.#turn + 1 < this.#pulls.length ? this.#turn + 1 : 0;
      if (pull.receiver.isReady()) return pull;
      unready += 1;
    }
    return undefined;
  }

  /** It gets a message of so many bytes; one that has all it wanted does not wait any more. */
  served(pull: WaitingPull, bytes: number): void {
    pull.take(bytes);
    if (pull.remaining <= 0) this.remove(pull);
  }

  remove(pull: WaitingPull): void {
    const index = this.#pulls.indexOf(pull);
    if (index === -1) return;
    this.#pulls.splice(index, 1);
    if (!pull.isCaughtUp) this.#behindCount -= 1;
    if (index < this.#turn) this.#turn -= 1;
    if (this.#turn >= this.#pulls.length) this.#turn = 0;
  }

  /** There is nothing more: tells those that have not heard it. False when all had. */
  tellCaughtUp(): boolean {
    if (this.#behindCount === 0) return false;
    this.#behindCount = 0;
    const behind = this.#pulls.filter(({ isCaughtUp }) => !isCaughtUp);
    for (const pull of behind) pull.isCaughtUp = true;
    for (const pull of behind) if (!pull.over) pull.receiver.caughtUp();
    return true;
  }

  endAll(end: PullEnd): void {
    const pulls = this.#pulls.splice(0);
    this.#turn = 0;
    this.#behindCount = 0;
    for (const pull of pulls) pull.end(end);
  }

  #dropClosed(): void {
    for (const pull of this.#pulls.filter(({ receiver }) => !receiver.isOpen())) {
      this.remove(pull);
      pull.end('closed');
    }
  }
}

/** A pull that is over from the start. */
export const endedPull: Pull = {
  remaining: 0,
  cancel: () => undefined,
  resume: () => undefined,
};
