import { decodeUtf8 } from '../../../foundation/index.ts';
import type { DelayHeader } from './wanted-delay.ts';

// The same grammar as in codecs/nats/header-block.ts, read in one pass: of all that is done before
// a message is stored, looking through its headers takes the most time.

const VERSION_LINE = 'NATS/1.0\r\n';
const MESSAGE_ID = 'msg-id';
const DELAY = 'delay';
const DELIVER_AT = 'deliver-at';
const CONDITION_START = 'Nats-Expected-';
/** Beside those above: what a server of NATS does with a message when its stream allows it. */
const ORDERS = new Set(['Nats-Rollup', 'Nats-TTL', 'Nats-Incr', 'Nats-Batch-Id', 'Nats-Schedule']);
const LF = 0x0a;
const CR = 0x0d;
const BLANK = 0x20;
const COLON = 0x3a;
const DELETE = 0x7f;
const LOWER_D = 0x64;
const UPPER_D = 0x44;
const LOWER_M = 0x6d;
const UPPER_N = 0x4e;

/** What the broker looks for in the headers of a message that it is to store. */
export interface PublishHeaders {
  /** Within the station's window a second message with it is not stored. */
  readonly messageId: string | undefined;
  /** Headers that tell the store to do something else than to store the message, in their order. */
  readonly conditions: readonly { readonly key: string; readonly value: string }[];
  /** Headers that say when groups are to get the message; their keys are found in any case. */
  readonly delays: readonly DelayHeader[];
}

const NONE: PublishHeaders = { messageId: undefined, conditions: [], delays: [] };

/**
 * Reads the block in the first `headerBytes` of `message`; undefined when clients could not: njs
 * throws in the consumer's hands at a key with a blank or a control character (wire-protocol.md 4).
 */
export function readPublishHeaders(
  message: Uint8Array,
  headerBytes: number,
): PublishHeaders | undefined {
  for (let index = 0; index < VERSION_LINE.length; index++) {
    if (message[index] !== VERSION_LINE.charCodeAt(index)) return undefined;
  }
  let found = NONE;
  let offset = VERSION_LINE.length;
  while (offset < headerBytes && message[offset] !== CR) {
    const keyStart = offset;
    let byte = message[offset]!;
    while (byte !== COLON) {
      if (byte <= BLANK || byte === DELETE || ++offset >= headerBytes) return undefined;
      byte = message[offset]!;
    }
    const keyEnd = offset;
    if (keyEnd === keyStart) return undefined;
    while (byte !== CR) {
      if (byte === LF || ++offset >= headerBytes) return undefined;
      byte = message[offset]!;
    }
    if (message[offset + 1] !== LF) return undefined;
    const first = message[keyStart];
    if (first === LOWER_M || first === UPPER_N) {
      found = look(message, { keyStart, keyEnd, valueEnd: offset }, found);
    } else if (first === LOWER_D || first === UPPER_D) {
      found = lookForDelay(message, { keyStart, keyEnd, valueEnd: offset }, found);
    }
    offset += 2;
  }
  return offset + 2 === headerBytes && message[offset + 1] === LF ? found : undefined;
}

interface HeaderPlace {
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly valueEnd: number;
}

function look(message: Uint8Array, place: HeaderPlace, found: PublishHeaders): PublishHeaders {
  const { keyStart, keyEnd, valueEnd } = place;
  const key = decodeUtf8(message, keyStart, keyEnd);
  const isMessageId = key === MESSAGE_ID && found.messageId === undefined;
  const isCondition = key.startsWith(CONDITION_START) || ORDERS.has(key);
  if (!isMessageId && !isCondition) return found;
  const value = decodeUtf8(message, keyEnd + 1, valueEnd).trim();
  if (isMessageId) return { ...found, messageId: value === '' ? undefined : value };
  return { ...found, conditions: [...found.conditions, { key, value }] };
}

function lookForDelay(
  message: Uint8Array,
  { keyStart, keyEnd, valueEnd }: HeaderPlace,
  found: PublishHeaders,
): PublishHeaders {
  const length = keyEnd - keyStart;
  if (length !== DELAY.length && length !== DELIVER_AT.length) return found;
  const key = decodeUtf8(message, keyStart, keyEnd).toLowerCase();
  if (key !== DELAY && key !== DELIVER_AT) return found;
  const value = decodeUtf8(message, keyEnd + 1, valueEnd).trim();
  return { ...found, delays: [...found.delays, { key, value }] };
}
