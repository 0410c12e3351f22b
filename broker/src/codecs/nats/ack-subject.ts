/** One delivery, as the reply subject names it that its ack is published to. */
export interface AckAddress {
  /** `<internal station name>$<partition>`. */
  readonly stream: string;
  /** Internal group name. */
  readonly group: string;
  readonly deliveryCount: number;
  readonly sequence: number;
  readonly deliverySequence: number;
  readonly storedAtMs: number;
  readonly undeliveredCount: number;
}

// wire-protocol.md 3.7; in 9 tokens, which the broker writes, and in 11 or 12, which it also reads:
//
// $JS.ACK.<stream>.<group>.<deliveries>.<sequence>.<delivery sequence>.<ns>.<undelivered>
// $JS.ACK.<domain>.<account>.<stream>. ... .<undelivered>[.<random>]

const PREFIX = '$JS.ACK.';
const DOT = 0x2e;
const ZERO = 0x30;
const NS_PER_MS = 1e6;

/** The reply subject of a delivery. */
export function formatAckSubject(address: AckAddress): string {
  return (
    `${PREFIX}${address.stream}.${address.group}.${address.deliveryCount}.${address.sequence}.` +
    `${address.deliverySequence}.${address.storedAtMs}000000.${address.undeliveredCount}`
  );
}

/** Reads any of the forms; undefined for every other subject. */
export function parseAckSubject(subject: string): AckAddress | undefined {
  if (!subject.startsWith(PREFIX)) return undefined;
  const short = new Tokens(subject, PREFIX.length);
  const address = short.address();
  if (address !== undefined && short.isAtEnd) return address;

  const long = new Tokens(subject, PREFIX.length);
  long.text(); // domain
  long.text(); // account
  const behind = long.address();
  if (!long.isAtEnd && long.text() === '') return undefined; // random
  return long.isAtEnd ? behind : undefined;
}

/**
 * Reads a subject token by token. Not `split`: on the path of every ack that would make an array and
 * nine strings.
 */
class Tokens {
  readonly #subject: string;
  #offset: number;
  #isValid = true;

  constructor(subject: string, offset: number) {
    this.#subject = subject;
    this.#offset = offset;
  }

  get isAtEnd(): boolean {
    return this.#offset > this.#subject.length;
  }

  /** What both forms have in common. */
  address(): AckAddress | undefined {
    const stream = this.text();
    const group = this.text();
    const deliveryCount = this.#count();
    const sequence = this.#count();
    const deliverySequence = this.#count();
    const storedAtNs = this.#count();
    const undeliveredCount = this.#count();
    // Nanoseconds are beyond exact numbers; the milliseconds, which is all we write, come out exact.
    const storedAtMs = Math.floor(storedAtNs / NS_PER_MS);
    const numbers = [deliveryCount, sequence, deliverySequence, storedAtMs, undeliveredCount];
    if (!this.#isValid || !numbers.every(Number.isSafeInteger)) return undefined;
    return {
      stream,
      group,
      deliveryCount,
      sequence,
      deliverySequence,
      storedAtMs,
      undeliveredCount,
    };
  }

  text(): string {
    const start = this.#offset;
    const dot = this.#subject.indexOf('.', start);
    const end = dot === -1 ? this.#subject.length : dot;
    if (end <= start) this.#isValid = false;
    this.#offset = end + 1;
    return this.#subject.slice(start, end);
  }

  #count(): number {
    const subject = this.#subject;
    const start = this.#offset;
    let offset = start;
    let value = 0;
    for (; offset < subject.length; offset++) {
      const code = subject.charCodeAt(offset);
      if (code === DOT) break;
      const digit = code - ZERO;
      if (digit < 0 || digit > 9) this.#isValid = false;
      value = value * 10 + digit;
    }
    if (offset === start) this.#isValid = false;
    this.#offset = offset + 1;
    return value;
  }
}
