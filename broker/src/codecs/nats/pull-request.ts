import { decodeUtf8 } from '../../foundation/index.ts';

/** What a client asks for with a pull (wire-protocol.md 3.4). */
export interface PullRequest {
  /** Messages wanted. 0 and less are answered like a pull whose time is over. */
  readonly batch: number;
  /** Bytes of all messages together; 0 for no limit. */
  readonly bytesMax: number;
  /** How long it waits; undefined without an end. */
  readonly expiresMs: number | undefined;
  readonly noWait: boolean;
  /** How often an idle pull wants to hear that it still waits; undefined for never. */
  readonly idleHeartbeatMs: number | undefined;
}

/** A pull, or why it is refused, in the words of the status 400. */
export type ParsedPullRequest =
  | { readonly request: PullRequest; readonly badRequest?: undefined }
  | { readonly request?: undefined; readonly badRequest: string };

/** A pull is five short fields; a longer one is an attempt to keep the parser busy. */
const BODY_BYTES_MAX = 4096;
const NS_PER_MS = 1e6;
/** The longest that a timer of the platform runs; about 24 days. */
const EXPIRES_MS_MAX = 2 ** 31 - 1;

/** Reads the payload of a pull: JSON, a decimal batch, or nothing for a batch of one. */
export function parsePullRequest(payload: Uint8Array): ParsedPullRequest {
  if (payload.length > BODY_BYTES_MAX) {
    return { badRequest: `request of ${payload.length} bytes, at most ${BODY_BYTES_MAX} accepted` };
  }
  return parsePullText(decodeUtf8(payload));
}

/** The same for a text, as it follows `+NXT`. */
export function parsePullText(payload: string): ParsedPullRequest {
  const text = payload.trim();
  if (text === '') return parseFields({});
  if (/^[+-]?\d+$/.test(text)) return parseFields({ batch: Number(text) });
  let fields: unknown;
  try {
    fields = JSON.parse(text);
  } catch {
    return { badRequest: 'invalid JSON' };
  }
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
    return { badRequest: 'expected a JSON object' };
  }
  return parseFields(fields);
}

interface PullFields {
  readonly batch?: unknown;
  readonly max_bytes?: unknown;
  readonly expires?: unknown;
  readonly no_wait?: unknown;
  readonly idle_heartbeat?: unknown;
  readonly min_pending?: unknown;
  readonly min_ack_pending?: unknown;
  readonly id?: unknown;
}

function parseFields(fields: PullFields): ParsedPullRequest {
  const batch = fields.batch ?? 1;
  const bytesMax = fields.max_bytes ?? 0;
  const expiresNs = fields.expires ?? 0;
  const noWait = fields.no_wait ?? false;
  const heartbeatNs = fields.idle_heartbeat ?? 0;
  if (!isInteger(batch)) return { badRequest: 'batch must be an integer' };
  if (!isInteger(bytesMax)) return { badRequest: 'max_bytes must be an integer' };
  if (!isDuration(expiresNs)) return { badRequest: 'expires must be nanoseconds' };
  if (!isDuration(heartbeatNs)) return { badRequest: 'idle_heartbeat must be nanoseconds' };
  if (typeof noWait !== 'boolean') return { badRequest: 'no_wait must be true or false' };
  // Equality is what the Memphis SDK for Node sends.
  if (heartbeatNs * 2 > expiresNs) return { badRequest: 'heartbeat value too large' };
  // Orders that only other kinds of consumers carry out, refused as NATS refuses them.
  if (fields.min_pending || fields.min_ack_pending) {
    return { badRequest: 'Not a Overflow Priority consumer' };
  }
  if (fields.id) return { badRequest: 'Not a Pinned Client Priority consumer' };
  return {
    request: {
      batch,
      bytesMax: Math.max(bytesMax, 0),
      expiresMs: toMs(expiresNs),
      noWait,
      idleHeartbeatMs: toMs(heartbeatNs),
    },
  };
}

/**
 * Rounded up: nats-py asks for what is left of its timeout, which can be microseconds. At least
 * 1, because a tiny JSON number divides to 0, which would mean "no limit".
 */
function toMs(ns: number): number | undefined {
  if (ns === 0) return undefined;
  return Math.min(Math.max(Math.ceil(ns / NS_PER_MS), 1), EXPIRES_MS_MAX);
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function isDuration(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
