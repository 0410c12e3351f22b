import { allocateUnfilled, asBuffer } from '../../foundation/index.ts';
import { ControlLine, type Operation } from './control-line.ts';
import type { ProtocolErrorKind } from './protocol-error.ts';
import { PublishLine } from './publish-line.ts';
import { isSubscriptionSubject } from './subject.ts';

// The bytes of a client (wire-protocol.md 1.1):
//
//   line    = operation [ blanks fields ] [ blanks ] [ CR ] LF
//   message = line payload CR LF                    for PUB and HPUB
//
//   CONNECT json                                    first, before anything else
//   PING    PONG
//   SUB     subject [queue] sid
//   UNSUB   sid [messagesMax]
//   PUB     subject [reply] bytes
//   HPUB    subject [reply] headerBytes bytes       headerBytes are counted in bytes
//
// Operations are read in upper and lower case; fields are separated by runs of blanks and tabs. A
// line may end with LF alone, as people at a terminal send it and nats-server takes it; behind a
// payload it must be CR LF, because there it tells whether the announced size was true.

const LF = 0x0a;
const CR = 0x0d;
const LINE_END_BYTES = 2;

/** A header block holds at least its version line and an empty line. */
const HEADER_BYTES_MIN = 'NATS/1.0\r\n\r\n'.length;
const LINE_CAPACITY_MIN = 256;

/** Bounds of what one client may send. */
export interface CommandLimits {
  /** A control line without its line end. */
  readonly controlLineBytesMax: number;
  /** Header block and payload of one message together. */
  readonly payloadBytesMax: number;
}

/**
 * Receives what a client sent: one call per command, in order, from within `feed` or `resume`.
 * Views of bytes are valid during the call only; who keeps them copies them.
 */
export interface CommandHandler {
  /** The text behind CONNECT, not checked. */
  onConnect(json: Uint8Array): void;
  onPing(): void;
  onPong(): void;
  /** `subject` is valid and may hold wildcards; `sid` is visible ASCII. */
  onSub(subject: string, queue: string | undefined, sid: string): void;
  /** Without `messagesMax` at once, else after so many messages in total. */
  onUnsub(sid: string, messagesMax: number | undefined): void;
  /**
   * PUB and HPUB. `subject` and `reply` are valid; a wildcard in them is a token like any. `message` is the header block, of
   * `headerBytes` bytes (0 for PUB; the content is not checked), and the payload.
   */
  onPublish(
    subject: string,
    reply: string | undefined,
    headerBytes: number,
    message: Uint8Array,
  ): void;
  /** The conversation cannot go on and the parser takes nothing more. Called once at most. */
  onError(kind: ProtocolErrorKind): void;
}

/**
 * Turns the bytes of one client into commands.
 *
 * Takes chunks cut anywhere and never throws on their content. A message that lies in one chunk is
 * handed over without being copied; only what is cut in two is put together. Memory held between
 * calls is bounded by one control line or one message of `payloadBytesMax`, and while paused by
 * what is fed meanwhile. No chunk is kept once `feed` has returned: its memory may be used again.
 *
 * Backpressure: stop feeding (pause the socket); at most the rest of the current chunk is still
 * handed over. Where even that must wait, as behind a CONNECT whose password is being checked, the
 * handler calls `pause`.
 */
export class CommandParser {
  readonly #limits: CommandLimits;
  readonly #handler: CommandHandler;
  readonly #controlLine = new ControlLine();

  #dead = false;
  #connected = false;
  #paused = false;
  /** What came while paused, or behind the command that paused. */
  #waiting: Buffer | undefined;

  /** A control line whose end has not come, filled up to `#lineBytes`. */
  #line: Buffer | undefined;
  #lineBytes = 0;

  /** A PUB or HPUB line was read and its message has not been handed over. */
  #publishing = false;
  readonly #publishLine = new PublishLine();
  /** Holds a message that is cut in two. */
  #message: Buffer | undefined;
  /** How much of the message and the line end behind it has come. */
  #messageBytesTaken = 0;

  constructor(limits: CommandLimits, handler: CommandHandler) {
    this.#limits = limits;
    this.#handler = handler;
  }

  /** Hands over every command that `chunk` completes. Ignored after an error or `stop`. */
  feed(chunk: Uint8Array): void {
    if (this.#dead) return;
    if (this.#paused) this.#wait(asBuffer(chunk));
    else this.#run(asBuffer(chunk));
  }

  /** Hands nothing over until `resume`. To be called by the handler, or between feeds. */
  pause(): void {
    this.#paused = true;
  }

  /** Hands over what has come since `pause`, and goes on. */
  resume(): void {
    this.#paused = false;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined) this.#run(waiting);
  }

  /** Takes nothing more, for good, and lets go of what is held. */
  stop(): void {
    this.#dead = true;
    this.#waiting = undefined;
    this.#line = undefined;
    this.#message = undefined;
  }

  #run(chunk: Buffer): void {
    let offset = 0;
    while (offset < chunk.length && !this.#dead) {
      if (this.#paused) {
        this.#wait(chunk.subarray(offset));
        return;
      }
      offset = this.#publishing ? this.#takeMessage(chunk, offset) : this.#takeLine(chunk, offset);
    }
  }

  #wait(bytes: Buffer): void {
    const before = this.#waiting?.length ?? 0;
    const waiting = allocateUnfilled(before + bytes.length);
    if (this.#waiting !== undefined) waiting.set(this.#waiting);
    waiting.set(bytes, before);
    this.#waiting = waiting;
  }

  #fail(kind: ProtocolErrorKind): void {
    this.stop();
    this.#handler.onError(kind);
  }

  /** Reads one control line, or keeps what is there of it; returns the offset behind. */
  #takeLine(chunk: Buffer, offset: number): number {
    if (this.#line === undefined) {
      let end = this.#connected ? this.#publishLine.scan(chunk, offset) : -1;
      if (end !== -1 && end - LINE_END_BYTES - offset <= this.#limits.controlLineBytesMax) {
        this.#expectMessage();
        return end;
      }
      end = this.#controlLine.scan(chunk, offset);
      if (end !== -1) {
        this.#execute(chunk);
        return end;
      }
    }
    const newline = chunk.indexOf(LF, offset);
    const end = newline === -1 ? chunk.length : newline + 1;
    this.#keepLine(chunk, offset, end);
    const line = this.#line;
    if (newline !== -1 && line !== undefined) {
      this.#line = undefined;
      this.#controlLine.scan(line.subarray(0, this.#lineBytes), 0);
      this.#execute(line);
    }
    return end;
  }

  /** Adds a piece to the line that is being put together, and refuses it as soon as it is wrong. */
  #keepLine(chunk: Buffer, start: number, end: number): void {
    const before = this.#line === undefined ? 0 : this.#lineBytes;
    const capacityMax = this.#limits.controlLineBytesMax + LINE_END_BYTES;
    const bytes = Math.min(before + end - start, capacityMax);
    if (this.#line === undefined || this.#line.length < bytes) {
      const capacity = Math.max(LINE_CAPACITY_MIN, bytes * 2);
      const line = allocateUnfilled(Math.min(capacity, capacityMax));
      if (this.#line !== undefined) line.set(this.#line.subarray(0, before));
      this.#line = line;
    }
    this.#line.set(chunk.subarray(start, start + bytes - before), before);
    this.#lineBytes = bytes;

    // A word that cannot become an operation is refused now: its line may never end.
    const word = this.#line.subarray(0, bytes);
    if (!this.#connected && !this.#controlLine.couldBecome(word, 'CONNECT')) {
      this.#fail('connect-expected');
    } else if (!this.#controlLine.couldBecome(word)) {
      this.#fail('unknown-operation');
    } else if (before + end - start > capacityMax) {
      this.#fail('control-line-too-long');
    }
  }

  /** Carries out the line that was scanned last. */
  #execute(bytes: Buffer): void {
    const line = this.#controlLine;
    const operation = line.operation(bytes);
    if (!this.#connected && operation !== 'CONNECT') return this.#fail('connect-expected');
    if (operation === undefined) return this.#fail('unknown-operation');
    if (line.bytes > this.#limits.controlLineBytesMax) return this.#fail('control-line-too-long');
    switch (operation) {
      case 'PUB':
        return this.#publish(bytes, false);
      case 'HPUB':
        return this.#publish(bytes, true);
      case 'PING':
      case 'PONG':
        return this.#pingOrPong(operation);
      case 'SUB':
        return this.#sub(bytes);
      case 'UNSUB':
        return this.#unsub(bytes);
      case 'CONNECT':
        this.#connected = true;
        return this.#handler.onConnect(line.rest(bytes));
    }
  }

  #pingOrPong(operation: Operation): void {
    if (this.#controlLine.fieldCount !== 0) return this.#fail('malformed-arguments');
    if (operation === 'PING') this.#handler.onPing();
    else this.#handler.onPong();
  }

  #sub(bytes: Buffer): void {
    const line = this.#controlLine;
    const fieldCount = line.fieldCount;
    if (fieldCount !== 2 && fieldCount !== 3) return this.#fail('malformed-arguments');
    const subject = line.text(bytes, 0);
    const queue = fieldCount === 3 ? line.text(bytes, 1) : undefined;
    const sid = line.asciiText(bytes, fieldCount - 1);
    if (subject === undefined || !isSubscriptionSubject(subject)) {
      return this.#fail('invalid-subject');
    }
    if (sid === undefined || (fieldCount === 3 && queue === undefined)) {
      return this.#fail('malformed-arguments');
    }
    this.#handler.onSub(subject, queue, sid);
  }

  #unsub(bytes: Buffer): void {
    const line = this.#controlLine;
    const fieldCount = line.fieldCount;
    if (fieldCount !== 1 && fieldCount !== 2) return this.#fail('malformed-arguments');
    const sid = line.asciiText(bytes, 0);
    const messagesMax = fieldCount === 2 ? line.count(bytes, 1) : 0;
    if (sid === undefined || messagesMax === -1) return this.#fail('malformed-arguments');
    this.#handler.onUnsub(sid, messagesMax === 0 ? undefined : messagesMax);
  }

  /** Reads the line of a PUB or HPUB; the message follows. */
  #publish(bytes: Buffer, hasHeaders: boolean): void {
    const line = this.#controlLine;
    const fieldCount = line.fieldCount;
    const fieldsMin = hasHeaders ? 3 : 2;
    if (fieldCount !== fieldsMin && fieldCount !== fieldsMin + 1) {
      return this.#fail('malformed-arguments');
    }
    const publish = this.#publishLine;
    publish.hasHeaders = hasHeaders;
    publish.messageBytes = line.count(bytes, fieldCount - 1);
    publish.headerBytes = hasHeaders ? line.count(bytes, fieldCount - 2) : 0;
    if (publish.messageBytes === -1) return this.#fail('malformed-arguments');
    const subject = line.publishSubject(bytes, 0);
    const hasReply = fieldCount > fieldsMin;
    publish.reply = hasReply ? line.publishSubject(bytes, 1) : undefined;
    if (subject === undefined || (hasReply && publish.reply === undefined)) {
      return this.#fail('invalid-subject');
    }
    publish.subject = subject;
    this.#expectMessage();
  }

  /** Checks the sizes that a publish announced; its message follows. */
  #expectMessage(): void {
    const { hasHeaders, headerBytes, messageBytes } = this.#publishLine;
    // nats.js 3 sends 0 for a header object without an entry; nats-server takes it as no headers.
    const isTooShort = headerBytes !== 0 && headerBytes < HEADER_BYTES_MIN;
    if (hasHeaders && (isTooShort || headerBytes > messageBytes)) {
      return this.#fail('malformed-arguments');
    }
    if (messageBytes > this.#limits.payloadBytesMax) return this.#fail('payload-too-large');
    this.#publishing = true;
    this.#messageBytesTaken = 0;
  }

  /** Hands over the message that a line announced, or keeps what is there of it. */
  #takeMessage(chunk: Buffer, offset: number): number {
    const bytes = this.#publishLine.messageBytes;
    const end = offset + bytes;
    if (this.#messageBytesTaken > 0 || end + LINE_END_BYTES > chunk.length) {
      return this.#assembleMessage(chunk, offset);
    }
    if (chunk[end] !== CR || chunk[end + 1] !== LF) {
      this.#fail('payload-end-missing');
      return end;
    }
    // Not `subarray`: on a Buffer it makes a Buffer, at three times the cost of a plain view.
    this.#deliver(new Uint8Array(chunk.buffer, chunk.byteOffset + offset, bytes));
    return end + LINE_END_BYTES;
  }

  #assembleMessage(chunk: Buffer, start: number): number {
    const bytes = this.#publishLine.messageBytes;
    const message = (this.#message ??= allocateUnfilled(bytes));
    let offset = start;
    if (this.#messageBytesTaken < bytes) {
      const taken = Math.min(chunk.length - offset, bytes - this.#messageBytesTaken);
      message.set(chunk.subarray(offset, offset + taken), this.#messageBytesTaken);
      this.#messageBytesTaken += taken;
      offset += taken;
    }
    for (; this.#messageBytesTaken >= bytes && offset < chunk.length; offset++) {
      const expected = this.#messageBytesTaken === bytes ? CR : LF;
      if (chunk[offset] !== expected) {
        this.#fail('payload-end-missing');
        return offset;
      }
      if (expected === LF) {
        this.#message = undefined;
        this.#deliver(new Uint8Array(message.buffer, message.byteOffset, bytes));
        return offset + 1;
      }
      this.#messageBytesTaken++;
    }
    return offset;
  }

  #deliver(message: Uint8Array): void {
    this.#publishing = false;
    const { subject, reply, headerBytes } = this.#publishLine;
    this.#handler.onPublish(subject, reply, headerBytes, message);
  }
}
