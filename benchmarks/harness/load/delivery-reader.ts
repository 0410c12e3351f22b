import type { Frame } from '../wire/index.ts';
import { streamName } from '../wire/index.ts';

const SPACE = 32;
const DOT = 46;
const H = 72;
const ZERO = 48;

/** What a delivered message says about itself. */
export interface Delivery {
  /** Where the reply subject lies, to which the ack goes. */
  replyStart: number;
  replyEnd: number;
  deliveryCount: number;
  sequence: number;
}

/**
 * Reads the reply subject of deliveries of one station to one group on one subscription.
 *
 * All that comes before the first number is known beforehand, so only the two numbers are read.
 */
export class DeliveryReader {
  readonly #subjectAndSidBytes: number;
  readonly #replyPrefix: string;
  readonly #delivery: Delivery = { replyStart: 0, replyEnd: 0, deliveryCount: 0, sequence: 0 };
  #checked = false;

  constructor(names: { readonly station: string; readonly group: string; readonly sid: number }) {
    this.#subjectAndSidBytes = `${streamName(names.station)}.final ${names.sid} `.length;
    this.#replyPrefix = `$JS.ACK.${streamName(names.station)}.${names.group}.`;
  }

  /** The same object each time: it is valid until the next frame. */
  read(frame: Frame): Delivery {
    const { bytes, lineStart } = frame;
    const delivery = this.#delivery;
    const wordBytes = bytes[lineStart] === H ? 5 : 4;
    delivery.replyStart = lineStart + wordBytes + this.#subjectAndSidBytes;
    let at = delivery.replyStart + this.#replyPrefix.length;
    if (!this.#checked) this.#check(frame, delivery.replyStart, at);
    delivery.deliveryCount = 0;
    for (; bytes[at] !== DOT; at += 1) {
      delivery.deliveryCount = delivery.deliveryCount * 10 + (bytes[at] as number) - ZERO;
    }
    delivery.sequence = 0;
    for (at += 1; bytes[at] !== DOT; at += 1) {
      delivery.sequence = delivery.sequence * 10 + (bytes[at] as number) - ZERO;
    }
    while (bytes[at] !== SPACE) at += 1;
    delivery.replyEnd = at;
    return delivery;
  }

  #check(frame: Frame, start: number, end: number): void {
    if (frame.bytes.toString('latin1', start, end) !== this.#replyPrefix) {
      const line = frame.bytes.toString('latin1', frame.lineStart, frame.lineEnd);
      throw new Error(`Expected a delivery with a reply to ${this.#replyPrefix}…, got: ${line}`);
    }
    this.#checked = true;
  }
}

/** True for frames addressed to an inbox: a status, or the confirmation of an ack. */
export function isForInbox(frame: Frame): boolean {
  const { bytes, lineStart } = frame;
  return bytes[lineStart + (bytes[lineStart] === H ? 5 : 4)] === 95; /* _ */
}
