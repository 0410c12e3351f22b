import type { LoggedMessages, MessageLog } from './message-log.ts';

/** Reads a log message by message: the next one is nearly always among those read last. */
export class MessageReader {
  readonly #log: MessageLog;
  #messages: LoggedMessages | undefined;

  constructor(log: MessageLog) {
    this.#log = log;
  }

  isKept(sequence: number): boolean {
    return sequence >= this.#log.firstSequence;
  }

  /** Some messages with this one among them; undefined when it is not kept, or cannot be read. */
  around(sequence: number): LoggedMessages | undefined {
    if (!this.isKept(sequence)) return undefined;
    const held = this.#messages;
    if (held !== undefined && sequence >= held.firstSequence && sequence <= held.lastSequence) {
      return held;
    }
    this.#messages = this.#log.around(sequence);
    return this.#messages;
  }
}
