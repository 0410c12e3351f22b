import { ackSubjectStart, parseAckSubject } from './ack-subject.ts';

const DOT = 0x2e;
const ZERO = 0x30;

/** Where the sequence is among the numbers of an ack subject, and where the time. */
const SEQUENCE_TOKEN = 1;
const TIME_TOKEN = 3;
const LAST_TOKEN = 4;
/** So many digits are always an exact number; a time has six behind its milliseconds. */
const DIGITS_MAX = 15;
const TIME_DIGITS_MAX = 21;

/**
 * Reads the ack subjects of one connection after the other, the short way where there is one.
 *
 * Acks come in bursts for one group on one partition: of these only the numbers differ, and of the numbers
 * only the sequence says anything. What begins like the one before is compared and counted, without
 * making anything; all else, right or wrong, `parseAckSubject` decides.
 */
export class AckSubjectReader {
  /** What was read last. */
  stream = '';
  group = '';
  sequence = 0;
  /** What the subject before began with; empty before the first. */
  #start = '';

  /** False for what is no ack subject. */
  read(subject: string): boolean {
    if (this.#start !== '' && subject.startsWith(this.#start)) {
      const sequence = sequenceIn(subject, this.#start.length);
      if (sequence !== -1) {
        this.sequence = sequence;
        return true;
      }
    }
    const address = parseAckSubject(subject);
    if (address === undefined) return false;
    this.stream = address.stream;
    this.group = address.group;
    this.sequence = address.sequence;
    this.#start = ackSubjectStart(address.stream, address.group);
    return true;
  }
}

/** The second of the five numbers that follow from `start` on; -1 when it is anything else. */
function sequenceIn(subject: string, start: number): number {
  let token = 0;
  let digitCount = 0;
  let sequence = 0;
  for (let index = start; index < subject.length; index++) {
    const code = subject.charCodeAt(index);
    if (code === DOT) {
      if (!isCount(token, digitCount)) return -1;
      token++;
      digitCount = 0;
      continue;
    }
    const digit = code - ZERO;
    if (digit < 0 || digit > 9) return -1;
    digitCount++;
    if (token === SEQUENCE_TOKEN) sequence = sequence * 10 + digit;
  }
  return token === LAST_TOKEN && isCount(token, digitCount) ? sequence : -1;
}

function isCount(token: number, digitCount: number): boolean {
  return digitCount > 0 && digitCount <= (token === TIME_TOKEN ? TIME_DIGITS_MAX : DIGITS_MAX);
}
