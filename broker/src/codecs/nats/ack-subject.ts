/** Which delivery an ack speaks of, and what the client is told of it (wire-protocol.md 3.7). */
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

// $JS.ACK.<stream>.<group>.<delivered>.<sequence>.<delivery sequence>.<ns>.<undelivered>
// $JS.ACK.<domain>.<account>.<stream>. ... .<undelivered>[.<random>]
const PREFIX = '$JS.ACK.';
const SHORT_TOKENS = 7; // behind the prefix
const LONG_TOKENS = 9;
const DOT = 0x2e;
const NS_DIGITS = 6;

/** The reply subject of a delivery, in the form of 9 tokens. */
export function formatAckSubject(address: AckAddress): string {
  return (
    `${PREFIX}${address.stream}.${address.group}.${address.deliveryCount}.${address.sequence}.` +
    `${address.deliverySequence}.${address.storedAtMs}000000.${address.undeliveredCount}`
  );
}

/** Reads either form; undefined for anything else. */
export function parseAckSubject(subject: string): AckAddress | undefined {
  if (!subject.startsWith(PREFIX)) return undefined;
  // Not `split`: on the path of every ack it would make an array and nine strings.
  let tokens = 1;
  for (let index = PREFIX.length; index < subject.length; index++) {
    if (subject.charCodeAt(index) === DOT) tokens++;
  }
  let start = PREFIX.length;
  if (tokens === LONG_TOKENS || tokens === LONG_TOKENS + 1) {
    start = subject.indexOf('.', subject.indexOf('.', start) + 1) + 1;
  } else if (tokens !== SHORT_TOKENS) {
    return undefined;
  }

  const streamEnd = subject.indexOf('.', start);
  const groupEnd = subject.indexOf('.', streamEnd + 1);
  const deliveryCountEnd = subject.indexOf('.', groupEnd + 1);
  const sequenceEnd = subject.indexOf('.', deliveryCountEnd + 1);
  const deliverySequenceEnd = subject.indexOf('.', sequenceEnd + 1);
  const storedAtEnd = subject.indexOf('.', deliverySequenceEnd + 1);
  const lastDot = subject.indexOf('.', storedAtEnd + 1);
  const undeliveredEnd = lastDot === -1 ? subject.length : lastDot;

  const deliveryCount = count(subject, groupEnd + 1, deliveryCountEnd);
  const sequence = count(subject, deliveryCountEnd + 1, sequenceEnd);
  const deliverySequence = count(subject, sequenceEnd + 1, deliverySequenceEnd);
  // Nanoseconds do not fit in an exact number: their last six digits are left out.
  const storedAtMs = count(
    subject,
    deliverySequenceEnd + 1,
    Math.max(storedAtEnd - NS_DIGITS, deliverySequenceEnd + 2),
  );
  const undeliveredCount = count(subject, storedAtEnd + 1, undeliveredEnd);
  if (streamEnd === start || groupEnd === streamEnd + 1) return undefined;
  if (
    deliveryCount === -1 ||
    sequence === -1 ||
    deliverySequence === -1 ||
    storedAtMs === -1 ||
    undeliveredCount === -1
  ) {
    return undefined;
  }
  return {
    stream: subject.slice(start, streamEnd),
    group: subject.slice(streamEnd + 1, groupEnd),
    deliveryCount,
    sequence,
    deliverySequence,
    storedAtMs,
    undeliveredCount,
  };
}

/** The number in a part of the text; -1 when it is empty, not all digits, or not exact. */
function count(text: string, start: number, end: number): number {
  if (start >= end) return -1;
  let value = 0;
  for (let index = start; index < end; index++) {
    const digit = text.charCodeAt(index) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value <= Number.MAX_SAFE_INTEGER ? value : -1;
}
