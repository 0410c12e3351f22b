import { decodeAscii, decodeUtf8Strict } from '../../foundation/index.ts';

// subject = token *( "." token )      token = 1*( any byte except controls, blank, "." and DEL )
//
// Subscriptions may use "*" for one token and ">" as the last token for the rest. A "*" or ">" inside a longer
// token is an ordinary character, and so is each of them where something is published: as in NATS, whose clients
// put a consumer's filter behind the subject of its creation.

const DOT = 0x2e;
const DELETE = 0x7f;

/**
 * Text of the subject in bytes `start` to `end` that something is published to, or undefined when it is not one.
 *
 * On the path of every publish: one pass over the bytes checks the tokens and finds out whether
 * the text is ASCII, which is decoded without looking at it again.
 */
export function decodePublishSubject(
  bytes: Buffer,
  start: number,
  end: number,
): string | undefined {
  let seen = 0;
  let tokenStart = start;
  for (let index = start; index < end; index++) {
    const byte = bytes[index]!;
    if (byte === DOT) {
      if (index === tokenStart) return undefined;
      tokenStart = index + 1;
    } else if (byte <= 0x20 || byte === DELETE) {
      return undefined;
    }
    seen |= byte;
  }
  if (tokenStart >= end) return undefined; // nothing at all, or a dot at the end
  return seen < 0x80 ? decodeAscii(bytes, start, end) : decodeUtf8Strict(bytes, start, end);
}

/** Whether a message can be published to `subject`. */
export function isPublishSubject(subject: string): boolean {
  return hasValidTokens(subject);
}

/** Whether `subject` can be subscribed to; wildcards allowed. */
export function isSubscriptionSubject(subject: string): boolean {
  if (!hasValidTokens(subject)) return false;
  const tokens = subject.split('.');
  const rest = tokens.indexOf('>');
  return rest === -1 || rest === tokens.length - 1;
}

function hasValidTokens(subject: string): boolean {
  if (subject === '' || subject.startsWith('.') || subject.endsWith('.')) return false;
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  return !subject.includes('..') && !/[\x00-\x20\x7f]/.test(subject);
}
