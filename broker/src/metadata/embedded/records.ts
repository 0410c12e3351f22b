import { BrokerError } from '../../core/errors/index.ts';

/** What every record of the metadata carries; readable JSON, so that a person with a dump can see what is there. */
const recordVersion = 1;

/** Bytes of a record. */
export function encodeRecord(record: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ v: recordVersion, ...record }));
}

/**
 * The record in bytes that `encodeRecord` made; `what` names it in errors.
 * Throws STORE_FORMAT when a newer broker wrote it, STORE_UNREADABLE when it is no record at all.
 */
export function decodeRecord<Shape extends object>(what: string, bytes: Uint8Array): Shape {
  let record: unknown;
  try {
    record = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new BrokerError('STORE_UNREADABLE', { record: what, cause: String(error) }, error);
  }
  if (typeof record !== 'object' || record === null || !('v' in record)) {
    throw new BrokerError('STORE_UNREADABLE', { record: what, cause: 'no version in it' });
  }
  const { v, ...shape } = record;
  if (v !== recordVersion) {
    throw new BrokerError('STORE_FORMAT', {
      record: what,
      format: String(v),
      known: recordVersion,
    });
  }
  return shape as Shape;
}
