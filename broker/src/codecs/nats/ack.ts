import { decodeUtf8 } from '../../foundation/index.ts';
import { parsePullText, type ParsedPullRequest } from './pull-request.ts';

/** What the payload on an ack subject says (wire-protocol.md 3.8). */
export type Ack =
  | { readonly kind: 'ack' }
  /** Again, after `delayMs` (0: at once). */
  | { readonly kind: 'nack'; readonly delayMs: number }
  | { readonly kind: 'term'; readonly reason: string | undefined }
  | { readonly kind: 'progress' }
  /** Ack, and a pull whose inbox is the reply subject of the ack. */
  | { readonly kind: 'next'; readonly request: ParsedPullRequest };

const ACK: Ack = { kind: 'ack' };
const PLUS_ACK = [0x2b, 0x41, 0x43, 0x4b];
/** Room for a reason, the rest of which is cut off; nothing else on an ack subject is long. */
const ACK_BYTES_MAX = 4096;
const TERM_WITH_REASON = /^\+TERM\s/;
const NS_PER_MS = 1e6;

/** Reads the payload of an ack; undefined when it is none, which the broker ignores. */
export function parseAck(payload: Uint8Array): Ack | undefined {
  if (payload.length === 0 || isPlusAck(payload)) return ACK;
  const text = decodeUtf8(payload.subarray(0, ACK_BYTES_MAX)).trim();
  if (payload.length > ACK_BYTES_MAX && !TERM_WITH_REASON.test(text)) return undefined;
  switch (text) {
    case '+ACK':
    case '+OK':
      return ACK;
    case '-NAK':
      return { kind: 'nack', delayMs: 0 };
    case '+TERM':
      return { kind: 'term', reason: undefined };
    case '+WPI':
      return { kind: 'progress' };
  }
  if (text.startsWith('-NAK')) return parseNack(text.slice('-NAK'.length));
  if (TERM_WITH_REASON.test(text))
    return { kind: 'term', reason: text.slice('+TERM'.length).trim() };
  if (text === '+NXT' || /^\+NXT[\s{]/.test(text)) {
    return { kind: 'next', request: parsePullText(text.slice('+NXT'.length)) };
  }
  return undefined;
}

/** Of every hundred acks ninety-nine are this one. */
function isPlusAck(payload: Uint8Array): boolean {
  return (
    payload.length === PLUS_ACK.length && PLUS_ACK.every((byte, index) => payload[index] === byte)
  );
}

/** `{"delay":<ns>}`, with blanks where Python and Go put them. */
function parseNack(text: string): Ack | undefined {
  let delayNs: unknown;
  try {
    const options: unknown = JSON.parse(text);
    if (typeof options !== 'object' || options === null || Array.isArray(options)) return undefined;
    delayNs = 'delay' in options ? options.delay : 0;
  } catch {
    return undefined; // not JSON: not a nack that anybody could have meant
  }
  if (typeof delayNs !== 'number' || !Number.isFinite(delayNs)) return undefined;
  const delayMs = Math.min(Math.ceil(delayNs / NS_PER_MS), Number.MAX_SAFE_INTEGER);
  return { kind: 'nack', delayMs: Math.max(delayMs, 0) };
}
