import type { DeadLetter, NewDeadLetter, Resend } from '../dead-letters/dead-letter.ts';

/** What is written in JSON; the rest is in the key or follows in bytes. */
interface Description extends Omit<NewDeadLetter, 'stationId' | 'message'> {
  readonly v: number;
  /** In format 1, in place of the two times of failing. */
  readonly failedAtMs?: number;
}

const version = 2;

/** Bytes of the description(4, little-endian), description in JSON, header block and payload. */
export function encodeDeadLetter(letter: NewDeadLetter): Uint8Array {
  const { partition, sequence, group, cause, reason, deliveryCount } = letter;
  const { storedAtMs, firstFailedAtMs, lastFailedAtMs, headerBytes } = letter;
  const description: Description = {
    v: version,
    partition,
    sequence,
    group,
    cause,
    reason,
    deliveryCount,
    storedAtMs,
    firstFailedAtMs,
    lastFailedAtMs,
    headerBytes,
  };
  const text = new TextEncoder().encode(JSON.stringify(description));
  const record = new Uint8Array(4 + text.length + letter.message.length);
  new DataView(record.buffer).setUint32(0, text.length, true);
  record.set(text, 4);
  record.set(letter.message, 4 + text.length);
  return record;
}

/** The dead letter of a record; what it weighs against limits is `message.length`. */
export function decodeDeadLetter(
  key: { readonly stationId: number; readonly id: number },
  record: Uint8Array,
  resend: Resend | null,
): DeadLetter {
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  const end = 4 + view.getUint32(0, true);
  const text = new TextDecoder().decode(record.subarray(4, end));
  const { v, failedAtMs, ...description } = JSON.parse(text) as Description;
  if (v > version) {
    throw new Error(
      `Dead letter ${String(key.id)} has format ${String(v)}; this broker reads formats 1 and 2. Start the broker version that wrote it.`,
    );
  }
  const times =
    failedAtMs === undefined ? {} : { firstFailedAtMs: failedAtMs, lastFailedAtMs: failedAtMs };
  return { ...description, ...times, ...key, resend, message: record.slice(end) };
}
