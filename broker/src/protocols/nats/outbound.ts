import type { Duplex } from 'node:stream';
import { FrameBuffer } from '../../codecs/nats/index.ts';
import type { DeliveryNumbers, FrameAddress, PubAck } from '../../codecs/nats/index.ts';
import type { Flushable, FlushRound } from './flush-round.ts';
import type { ConnectionLimits } from './options.ts';

/** What the owner of a connection must know of its outgoing side. */
export interface OutboundEvents {
  /** There is room again, after there was none. */
  onRoom(): void;
  /** More is unsent than may be: the client does not read. */
  onOverflow(): void;
}

/** The part of a socket that is written to. */
export type WritableSocket = Pick<
  Duplex,
  'cork' | 'uncork' | 'write' | 'writableLength' | 'on' | 'destroyed'
>;

/**
 * Frames on their way to one client, sent with one socket write per turn of the event loop.
 *
 * Two bounds on what is unsent: past the lower one (`hasRoom` false) deliveries and reading wait for
 * the client; past the upper one, which only traffic that cannot wait reaches, the client is given up.
 * While a write is on its way nothing more is handed to the socket, so that all that waits is
 * counted here.
 */
export class Outbound implements Flushable {
  readonly #socket: WritableSocket;
  readonly #round: FlushRound;
  readonly #limits: ConnectionLimits;
  readonly #events: OutboundEvents;
  readonly #frames = new FrameBuffer();
  /** Handed to the socket and not yet taken by the system. */
  #socketBytes = 0;
  #planned = false;
  #wasFull = false;
  #closed = false;

  constructor(
    socket: WritableSocket,
    round: FlushRound,
    limits: ConnectionLimits,
    events: OutboundEvents,
  ) {
    this.#socket = socket;
    this.#round = round;
    this.#limits = limits;
    this.#events = events;
    socket.on('drain', () => this.#drained());
  }

  /** False while the client has more to read than it should. */
  get hasRoom(): boolean {
    return this.unsentBytes < this.#limits.deliveryBufferBytesMax;
  }

  get unsentBytes(): number {
    return this.#socketBytes + this.#frames.pendingBytes;
  }

  info(json: string): void {
    this.#frames.info(json);
    this.#written();
  }

  ping(): void {
    this.#frames.ping();
    this.#written();
  }

  pong(): void {
    this.#frames.pong();
    this.#written();
  }

  ok(): void {
    this.#frames.ok();
    this.#written();
  }

  error(text: string): void {
    this.#frames.error(text);
    this.#written();
  }

  /** Copies the message; its memory may be used again. */
  message(to: FrameAddress, message: Uint8Array, headerBytes: number): void {
    this.#frames.message(to, message, headerBytes);
    this.#written();
  }

  /** The same; `start` is a `deliveryStart`. */
  delivery(
    start: Uint8Array,
    numbers: DeliveryNumbers,
    message: Uint8Array,
    headerBytes: number,
  ): void {
    this.#frames.delivery(start, numbers, message, headerBytes);
    this.#written();
  }

  pubAck(to: FrameAddress, pubAck: PubAck): void {
    this.#frames.pubAck(to, pubAck);
    this.#written();
  }

  status(to: FrameAddress, headerBlock: string): void {
    this.#frames.status(to, headerBlock);
    this.#written();
  }

  /** Sends what has gathered, unless an earlier write is still on its way. */
  flush(): void {
    this.#planned = false;
    if (this.#closed || this.#socketBytes > 0) return;
    this.#hand();
    this.#announceRoom();
  }

  /** Hands everything to the socket at once and sends nothing more. */
  finish(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#hand();
  }

  #hand(): void {
    if (this.#socket.destroyed) return;
    const chunks = this.#frames.takeChunks();
    if (chunks.length === 0) return;
    this.#socket.cork();
    let accepted = true;
    for (const chunk of chunks) accepted = this.#socket.write(chunk);
    this.#socket.uncork();
    // Without a `drain` to come, nothing would ever count these bytes down.
    this.#socketBytes = accepted ? 0 : this.#socket.writableLength;
  }

  #written(): void {
    if (this.#closed) return;
    if (!this.hasRoom) {
      this.#wasFull = true;
      if (this.unsentBytes > this.#limits.writeBufferBytesMax) this.#events.onOverflow();
    }
    if (this.#planned || this.#socketBytes > 0) return;
    this.#planned = true;
    this.#round.add(this);
  }

  #drained(): void {
    this.#socketBytes = 0;
    this.flush();
    this.#announceRoom();
  }

  #announceRoom(): void {
    if (!this.#wasFull || !this.hasRoom || this.#closed) return;
    this.#wasFull = false;
    this.#events.onRoom();
  }
}
