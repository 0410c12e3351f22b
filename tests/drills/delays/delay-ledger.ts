/** A message of the delays drill; its text is its name. */
export interface DelayedMessage {
  readonly text: string;
  readonly partition: number;
  readonly dueMs: number;
}

/** What became of it. All times are by the wall clock. */
interface Entry extends DelayedMessage {
  /** Undefined until its publish is acknowledged. */
  sequence: number | undefined;
  storedAtMs: number;
  arrivedAtMs: number | undefined;
  /** It came for the first time as a repeated delivery: the first one was lost with the connection. */
  isRepeated: boolean;
  isCancelled: boolean;
}

/** The answer to a cancel. */
interface CancelAnswer {
  readonly success?: boolean;
  readonly error?: { readonly err_code: number; readonly description: string };
}

/** Too late to be cancelled (`MESSAGE_NOT_WAITING`). */
const notWaiting = 10057;

/** What was promised of delayed messages, and when they came. */
export class DelayLedger {
  readonly #entries = new Map<string, Entry>();
  readonly #wrong: string[] = [];
  readonly #lateMsMax: number;
  #downFromMs = Infinity;
  #backAtMs = Infinity;
  #arrivedCount = 0;
  #repeatedCount = 0;
  #tooLateCount = 0;

  /** @param lateMsMax So much later than it could may a message come. */
  constructor(lateMsMax: number) {
    this.#lateMsMax = lateMsMax;
  }

  get arrivedCount(): number {
    return this.#arrivedCount;
  }

  planned(message: DelayedMessage): void {
    this.#entries.set(message.text, {
      ...message,
      sequence: undefined,
      storedAtMs: Infinity,
      arrivedAtMs: undefined,
      isRepeated: false,
      isCancelled: false,
    });
  }

  stored(text: string, sequence: number, atMs: number): void {
    const entry = this.#entries.get(text);
    if (entry !== undefined) Object.assign(entry, { sequence, storedAtMs: atMs });
  }

  sequenceOf(text: string): number | undefined {
    return this.#entries.get(text)?.sequence;
  }

  /** @param atMs When the answer came: one that said "too late" before the message's time is wrong. */
  cancelAnswered(text: string, { success, error }: CancelAnswer, atMs: number): void {
    const entry = this.#entries.get(text);
    const dueMs = entry?.dueMs ?? Infinity;
    if (entry !== undefined && success === true) entry.isCancelled = true;
    else if (error?.err_code === notWaiting && atMs >= dueMs) this.#tooLateCount += 1;
    else this.#wrong.push(`the cancel of ${text} was answered with ${JSON.stringify(error)}`);
  }

  arrived(text: string, atMs: number, deliveryCount: number): void {
    const entry = this.#entries.get(text);
    if (entry === undefined) {
      this.#wrong.push(`${text} came, and nobody has published it`);
    } else if (entry.arrivedAtMs === undefined) {
      this.#arrivedCount += 1;
      entry.arrivedAtMs = atMs;
      entry.isRepeated = deliveryCount > 1;
    } else {
      this.#repeatedCount += 1;
    }
  }

  /** Nobody could deliver anything in this time. */
  wasDown(fromMs: number, untilMs: number): void {
    this.#downFromMs = fromMs;
    this.#backAtMs = untilMs;
  }

  /** Those that were not cancelled and have not come. */
  missing(): readonly string[] {
    return [...this.#entries.values()].flatMap(({ text, isCancelled, arrivedAtMs }) =>
      !isCancelled && arrivedAtMs === undefined ? [text] : [],
    );
  }

  /** Early, missing, or cancelled and delivered. */
  faults(): string[] {
    const faults = [...this.#wrong];
    for (const { text, dueMs, arrivedAtMs, isCancelled } of this.#entries.values()) {
      if (!isCancelled && arrivedAtMs === undefined) faults.push(`${text} is missing`);
      if (arrivedAtMs === undefined) continue;
      if (isCancelled) faults.push(`${text} was cancelled and came`);
      if (arrivedAtMs < dueMs) faults.push(`${text} came ${dueMs - arrivedAtMs} ms early`);
    }
    return faults;
  }

  /** Those that came too late. */
  lateness(): string[] {
    return this.#judged().flatMap(({ text, lateMs }) =>
      lateMs > this.#lateMsMax ? [`${text} came ${lateMs} ms late`] : [],
    );
  }

  facts(): Record<string, number> {
    const all = [...this.#entries.values()];
    const judged = this.#judged();
    const meanwhile = judged.filter(({ wasDown }) => wasDown);
    const latest = (some: readonly { readonly lateMs: number }[]): number =>
      some.reduce((most, { lateMs }) => Math.max(most, lateMs), -Infinity);
    const afterMs = all.map(({ arrivedAtMs = Infinity, dueMs }) => arrivedAtMs - dueMs);
    const sorted = judged.map(({ lateMs }) => lateMs).sort((one, other) => one - other);
    return {
      messages: all.length,
      came: this.#arrivedCount,
      cancelled: all.filter(({ isCancelled }) => isCancelled).length,
      'cancels that came too late': this.#tooLateCount,
      'deliveries repeated': this.#repeatedCount,
      'came as a repeat only': all.filter(({ isRepeated }) => isRepeated).length,
      'earliest came, ms after its time': Math.min(...afterMs),
      'half came within, ms': sorted[sorted.length >> 1] ?? Number.NaN,
      'latest came, ms after it could': latest(judged),
      'down, ms': this.#backAtMs - this.#downFromMs,
      'due meanwhile': meanwhile.length,
      'latest of those, ms after the client was back': latest(meanwhile),
    };
  }

  /** How late each came after the moment from which on it could: its time, or the client's return, or when it was stored. */
  #judged(): { readonly text: string; readonly lateMs: number; readonly wasDown: boolean }[] {
    return [...this.#entries.values()].flatMap((entry) => {
      const { text, dueMs, storedAtMs, arrivedAtMs, isRepeated } = entry;
      if (arrivedAtMs === undefined || isRepeated) return [];
      // It may have been on its way when the broker was killed; then it had all its time after the return.
      const wasDown =
        dueMs < this.#backAtMs &&
        dueMs + this.#lateMsMax > this.#downFromMs &&
        arrivedAtMs > this.#downFromMs;
      const couldMs = Math.max(dueMs, storedAtMs, wasDown ? this.#backAtMs : 0);
      return [{ text, lateMs: arrivedAtMs - couldMs, wasDown }];
    });
  }
}
