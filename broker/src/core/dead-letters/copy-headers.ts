import type { MessageHeader, ReadHeader } from '../ports/header-blocks.ts';
import type { DeadLetter } from './dead-letter.ts';

// Header fields of a copy in a dead-letter station (wire-protocol.md 4).
const stationHeader = 'station';
const typeHeader = 'type';
const types: readonly string[] = ['unacked', 'failed_schema', 'functions'];

/** What a copy has beside the headers of its message: where it comes from and why. */
export function copyHeaders(letter: DeadLetter, station: string): MessageHeader[] {
  const type = letter.cause === 'schema' ? 'failed_schema' : 'unacked';
  return [
    { key: stationHeader, value: station },
    { key: typeHeader, value: type },
  ];
}

/**
 * Whether a message is the copy of a dead letter. It is not copied once more, or stations that name each
 * other as their dead-letter stations would fill each other without end.
 */
export function isCopy(message: Uint8Array, headerBytes: number, readHeader: ReadHeader): boolean {
  const type = readHeader(message, headerBytes, typeHeader);
  if (type === undefined || !types.includes(type)) return false;
  return readHeader(message, headerBytes, stationHeader) !== undefined;
}
