import type { Frame, LoadConnection } from '../wire/index.ts';
import { PublishFrames } from '../wire/index.ts';

/** What a publisher sends. */
export interface WindowedPublisherOptions {
  readonly subject: string;
  /** Tells the inboxes of several publishers apart. */
  readonly name: string;
  readonly payloadBytes: number;
  /** Messages sent and not yet acknowledged, at most; a new one leaves as soon as an ack came. */
  readonly window: number;
  /** Stops by itself after so many; goes on until `stop` unless told. */
  readonly messageCountMax?: number;
  readonly headers?: string;
}

/** Id of the publisher's only subscription; 1 is the connection's own. */
const ackSid = 2;
/** Second byte of the answer's JSON object: `{"stream":…` is an ack, `{"error":…` is not. */
const ackMark = 's'.charCodeAt(0);

/** Keeps a window of messages in flight on one connection and counts their acks. */
export class WindowedPublisher {
  sentCount = 0;
  acknowledgedCount = 0;
  /** Called when every message that was sent has its ack and no more will be sent. */
  onDrained: () => void = () => undefined;
  /** Called with the acks of each read, before new messages leave. */
  onProgress: () => void = () => undefined;
  readonly #connection: LoadConnection;
  readonly #options: WindowedPublisherOptions;
  readonly #frames: PublishFrames;
  readonly #messageCountMax: number;
  #stopped = false;
  #freed = 0;
  #lastAck: { bytes: Buffer; start: number; end: number } = {
    bytes: Buffer.alloc(0),
    start: 0,
    end: 0,
  };
  #refusal: string | undefined;

  constructor(connection: LoadConnection, options: WindowedPublisherOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#messageCountMax = options.messageCountMax ?? Number.MAX_SAFE_INTEGER;
    const inbox = `_INBOX.p${options.name}`;
    this.#frames = new PublishFrames({
      subject: options.subject,
      inbox,
      payloadBytes: options.payloadBytes,
      // Every message in flight needs an ack subject of its own.
      count: Math.max(1024, options.window),
      ...(options.headers === undefined ? {} : { headers: options.headers }),
    });
    connection.write(Buffer.from(`SUB ${inbox}.* ${ackSid}\r\n`));
    connection.onFrame = (frame) => {
      this.#count(frame);
    };
    connection.onReadEnd = () => {
      this.#refill();
    };
  }

  /** Fills the window for the first time. */
  start(): void {
    this.#freed = this.#options.window;
    this.#refill();
  }

  /** Sends nothing more; `onDrained` follows when the last ack is in. */
  stop(): void {
    this.#stopped = true;
  }

  /** Sequence in the newest ack; throws when the server refused a message. */
  get lastSequence(): number {
    if (this.#refusal !== undefined) throw new Error(`A message was refused: ${this.#refusal}`);
    const { bytes, start, end } = this.#lastAck;
    return (JSON.parse(bytes.toString('utf8', start, end)) as { seq: number }).seq;
  }

  #count(frame: Frame): void {
    const { bytes, payloadStart, payloadEnd } = frame;
    if (bytes[payloadStart + 2] !== ackMark) {
      this.#refusal ??= bytes.toString('utf8', frame.lineStart, payloadEnd);
    }
    this.acknowledgedCount += 1;
    this.#freed += 1;
    const last = this.#lastAck;
    last.bytes = bytes;
    last.start = payloadStart;
    last.end = payloadEnd;
  }

  #refill(): void {
    if (this.#freed === 0) return;
    this.onProgress();
    if (this.#refusal !== undefined) this.#stopped = true;
    const count = this.#stopped ? 0 : Math.min(this.#freed, this.#messageCountMax - this.sentCount);
    this.#freed = 0;
    if (count > 0) {
      this.sentCount += count;
      this.#frames.send(count, (slice) => {
        this.#connection.write(slice);
      });
    } else if (this.acknowledgedCount === this.sentCount) {
      this.onDrained();
    }
  }
}
