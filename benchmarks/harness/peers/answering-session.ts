import { AnswerWriter } from './answer-writer.ts';
import { cannedAnswer, cannedGroup, cannedInfo } from './canned-answers.ts';
import { DeliveryTemplate } from './delivery-template.ts';

const CR = 13;
const SPACE = 32;
const DOLLAR = 36;
const DOT = 46;
const H = 72;
const P = 80;
const U = 85;

/** Messages published per subject and delivered per group, over all connections. */
export type MessageCounts = Map<string, number>;

/**
 * Answers every request of the load client and of the SDK with the least that satisfies them, and
 * does nothing else: nothing is stored, matched or checked. Acks and publishes, which come by the
 * hundred thousand, are answered without making a string of them.
 */
export class AnsweringSession {
  readonly #counts: MessageCounts;
  readonly #out: AnswerWriter;
  readonly #sids = new Map<string, string>();
  /** Positions of the blanks in the control line at hand. */
  readonly #blanks = new Int32Array(8);
  #rest: Buffer | undefined;
  #inbox = { bytes: Buffer.alloc(0), sid: '' };
  #station = { bytes: Buffer.alloc(0), subject: '', ackHead: '' };
  #deliveries: DeliveryTemplate | undefined;

  constructor(counts: MessageCounts, send: (bytes: Buffer) => void) {
    this.#counts = counts;
    this.#out = new AnswerWriter(send);
    send(Buffer.from(`INFO ${cannedInfo}\r\n`));
  }

  feed(chunk: Buffer): void {
    const bytes = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]);
    const blanks = this.#blanks;
    let start = 0;
    for (;;) {
      let lineEnd = start;
      let blankCount = 0;
      for (; lineEnd < bytes.length && bytes[lineEnd] !== CR; lineEnd += 1) {
        if (bytes[lineEnd] === SPACE) blanks[blankCount++ & 7] = lineEnd;
      }
      if (lineEnd + 2 > bytes.length) break;
      const first = bytes[start];
      const publish = first === H || (first === P && bytes[start + 1] === U);
      let next = lineEnd + 2;
      if (publish) {
        next += numberBetween(bytes, (blanks[blankCount - 1] as number) + 1, lineEnd) + 2;
        if (next > bytes.length) break;
        const hasReply = blankCount === (first === H ? 4 : 3);
        this.#publish(bytes, hasReply, bytes.subarray(lineEnd + 2, next - 2));
      } else {
        this.#command(bytes.toString('latin1', start, lineEnd));
      }
      start = next;
    }
    this.#rest = start < bytes.length ? bytes.subarray(start) : undefined;
    this.#out.flush();
  }

  #command(line: string): void {
    if (line === 'PING') this.#out.text('PONG\r\n');
    if (!line.startsWith('SUB ')) return;
    const words = line.split(' ');
    this.#sids.set(inboxOf(words[1] as string), words.at(-1) as string);
  }

  #publish(bytes: Buffer, hasReply: boolean, payload: Buffer): void {
    const [blank0 = 0, blank1 = 0, blank2 = 0] = this.#blanks;
    const from = blank0 + 1;
    if (bytes[from] !== DOLLAR) {
      this.#store(bytes, from, blank1);
      if (!hasReply) return;
      const sequence = (this.#counts.get(this.#station.subject) as number).toString();
      const { ackHead } = this.#station;
      this.#replyHead(bytes, blank1 + 1, blank2);
      this.#out.text(`${ackHead.length + sequence.length + 1}\r\n${ackHead}${sequence}}\r\n`);
    } else if (bytes[from + 4] === 65 /* $JS.ACK, not $JS.API */ && bytes[from + 5] === 67) {
      if (!hasReply) return;
      this.#replyHead(bytes, blank1 + 1, blank2);
      this.#out.text('0\r\n\r\n');
    } else if (hasReply) {
      const subject = bytes.toString('latin1', from, blank1);
      this.#request(subject, bytes, { from: blank1 + 1, to: blank2 }, payload);
    }
  }

  /** Counts a message; its subject is compared with the last one before a string is made of it. */
  #store(bytes: Buffer, from: number, to: number): void {
    if (!isSame(this.#station.bytes, bytes, from, to)) {
      const subject = bytes.toString('latin1', from, to);
      const stream = subject.slice(0, subject.lastIndexOf('.'));
      const ackHead = `{"stream":"${stream}","seq":`;
      this.#station = { bytes: Buffer.from(subject, 'latin1'), subject, ackHead };
    }
    const { subject } = this.#station;
    this.#counts.set(subject, (this.#counts.get(subject) ?? 0) + 1);
  }

  #request(
    subject: string,
    bytes: Buffer,
    reply: { readonly from: number; readonly to: number },
    payload: Buffer,
  ): void {
    const [stream = '', group = ''] = subject.split('.').slice(-2);
    if (subject.startsWith('$JS.API.CONSUMER.MSG.NEXT.')) {
      const { batch } = JSON.parse(payload.toString()) as { batch: number };
      const sid = this.#sids.get(inboxOf(bytes.toString('latin1', reply.from, reply.to))) ?? '';
      const key = `${stream}.${group}`;
      const deliveredCount = this.#counts.get(key) ?? 0;
      this.#counts.set(key, deliveredCount + batch);
      if (this.#deliveries?.fits(key, sid) !== true) {
        this.#deliveries = new DeliveryTemplate({ stream, group, sid });
      }
      const frames = this.#deliveries.frames(deliveredCount + 1, batch);
      this.#out.copy(frames, 0, frames.length);
      return;
    }
    const pendingCount =
      (this.#counts.get(`${stream}.final`) ?? 0) - (this.#counts.get(`${stream}.${group}`) ?? 0);
    const answer = subject.startsWith('$JS.API.CONSUMER.INFO.')
      ? cannedGroup(stream, group, Math.max(0, pendingCount))
      : cannedAnswer(subject);
    this.#replyHead(bytes, reply.from, reply.to);
    this.#out.text(`${answer.length}\r\n${answer}\r\n`);
  }

  /** Writes `MSG <inbox> <sid> `; the subscription is the one of all but the inbox's last token. */
  #replyHead(bytes: Buffer, from: number, to: number): void {
    let dot = to - 1;
    while (bytes[dot] !== DOT) dot -= 1;
    if (!isSame(this.#inbox.bytes, bytes, from, dot)) {
      const sid = this.#sids.get(inboxOf(bytes.toString('latin1', from, to))) ?? '';
      this.#inbox = { bytes: Buffer.from(bytes.subarray(from, dot)), sid };
    }
    this.#out.text('MSG ');
    this.#out.copy(bytes, from, to);
    this.#out.text(` ${this.#inbox.sid} `);
  }
}

function inboxOf(subject: string): string {
  const dot = subject.lastIndexOf('.');
  return dot > '_INBOX.'.length ? subject.slice(0, dot) : subject;
}

function isSame(known: Buffer, bytes: Buffer, from: number, to: number): boolean {
  return known.length === to - from && known.compare(bytes, from, to) === 0;
}

function numberBetween(bytes: Buffer, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at += 1) number = number * 10 + (bytes[at] as number) - 48;
  return number;
}
