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
const ZERO = 0x30;
/** Digits of a time in nanoseconds behind its milliseconds. */
const NS_DIGITS = 6;

/** The reply subject of a delivery. */
export function formatAckSubject(address: AckAddress): string {
  return (
    `${PREFIX}${address.stream}.${address.group}.${address.deliveryCount}.${address.sequence}.` +
    `${address.deliverySequence}.${address.storedAtMs}000000.${address.undeliveredCount}`
  );
}

/** What the reply subjects of all deliveries of one group on one partition begin with. */
export function ackSubjectStart(stream: string, group: string): string {
  return `${PREFIX}${stream}.${group}.`;
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
    // Nanoseconds are beyond exact numbers, so their last digits are left out before they are added.
    const storedAtMs = this.#count(NS_DIGITS);
    const undeliveredCount = this.#count();
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
    const end = this.#next();
    return this.#subject.slice(start, end);
  }

  #count(digitsLeftOut = 0): number {
    const start = this.#offset;
    const end = this.#next();
    let value = 0;
    for (let index = start; index < end; index++) {
      const digit = this.#subject.charCodeAt(index) - ZERO;
      if (digit < 0 || digit > 9) this.#isValid = false;
      if (index < end - digitsLeftOut) value = value * 10 + digit;
    }
    return value;
  }

  /** Where the token ends that starts here; goes on behind it. */
  #next(): number {
    const dot = this.#subject.indexOf('.', this.#offset);
    const end = dot === -1 ? this.#subject.length : dot;
    if (end <= this.#offset) this.#isValid = false;
    this.#offset = end + 1;
    return end;
  }
}
