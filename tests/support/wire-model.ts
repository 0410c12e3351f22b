import type { ProtocolErrorKind } from '../../broker/src/codecs/nats/index.ts';

/** What a client's bytes mean. Bytes are shown as latin1 text, so that a difference can be read. */
export type WireCommand =
  | readonly ['CONNECT', string]
  | readonly ['PING']
  | readonly ['PONG']
  | readonly ['SUB', string, string | undefined, string]
  | readonly ['UNSUB', string, number | undefined]
  | readonly ['PUB', string, string | undefined, number, string]
  | readonly ['error', ProtocolErrorKind];

/** The bounds that the model goes by. */
export interface WireModelLimits {
  readonly controlLineBytesMax: number;
  readonly payloadBytesMax: number;
}

const OPERATIONS = ['CONNECT', 'PING', 'PONG', 'SUB', 'UNSUB', 'PUB', 'HPUB'];

/**
 * Reads a client's whole stream the slow and obvious way: regular expressions over one string, no
 * chunks, no shortcuts. The broker's parser has to agree with it however the stream is cut, and the
 * robustness tests ask it what a broker has to answer.
 */
export function readWire(stream: Uint8Array, limits: WireModelLimits): WireCommand[] {
  const text = Buffer.from(stream).toString('latin1');
  const commands: WireCommand[] = [];
  let offset = 0;
  let isConnected = false;
  const refuse = (kind: ProtocolErrorKind): WireCommand[] => [...commands, ['error', kind]];

  while (offset < text.length) {
    const newline = text.indexOf('\n', offset);
    if (newline === -1) {
      const kind = judgeBeginning(text.slice(offset), isConnected, limits);
      return kind === undefined ? commands : refuse(kind);
    }
    const line = text.slice(offset, newline).replace(/\r$/, '');
    offset = newline + 1;

    const word = /^[^ \t]*/.exec(line)![0];
    const operation = OPERATIONS.find((known) => known === word.toUpperCase());
    if (!isConnected && operation !== 'CONNECT') return refuse('connect-expected');
    if (operation === undefined) return refuse('unknown-operation');
    if (line.length > limits.controlLineBytesMax) return refuse('control-line-too-long');
    isConnected = true;

    const fields = line
      .slice(word.length)
      .split(/[ \t]+/)
      .filter(Boolean);
    if (operation === 'CONNECT') {
      commands.push(['CONNECT', line.slice(word.length + 1)]);
    } else if (operation === 'PING' || operation === 'PONG') {
      if (fields.length > 0) return refuse('malformed-arguments');
      commands.push([operation]);
    } else if (operation === 'SUB') {
      const command = readSub(fields);
      commands.push(command);
      if (command[0] === 'error') return commands;
    } else if (operation === 'UNSUB') {
      const [sid, max = '0', ...more] = fields;
      if (sid === undefined || more.length > 0) return refuse('malformed-arguments');
      const messagesMax = toCount(max);
      if (!/^[\x21-\x7e]+$/.test(sid) || messagesMax === undefined) {
        return refuse('malformed-arguments');
      }
      commands.push(['UNSUB', sid, messagesMax === 0 ? undefined : messagesMax]);
    } else {
      const line = readPublish(fields, operation === 'HPUB', limits);
      if (typeof line === 'string') return refuse(line);
      const end = offset + line.messageBytes;
      const tail = text.slice(end, end + 2);
      if (!'\r\n'.startsWith(tail)) return refuse('payload-end-missing');
      if (tail !== '\r\n') return commands; // the rest has not come
      const message = text.slice(offset, end);
      commands.push(['PUB', line.subject, line.reply, line.headerBytes, message]);
      offset = end + 2;
    }
  }
  return commands;
}

/** What is already wrong with a line whose end has not come. */
function judgeBeginning(
  beginning: string,
  isConnected: boolean,
  limits: WireModelLimits,
): ProtocolErrorKind | undefined {
  const candidates = isConnected ? OPERATIONS : ['CONNECT'];
  const [, word, behind] = /^([^ \t]*)([ \t]?)/.exec(beginning.replace(/\r$/, ''))!;
  const upper = word!.toUpperCase();
  const isPossible = candidates.some((known) =>
    behind === '' ? known.startsWith(upper) : known === upper,
  );
  if (!isPossible) return isConnected ? 'unknown-operation' : 'connect-expected';
  // Two more may be the line end.
  return beginning.length > limits.controlLineBytesMax + 2 ? 'control-line-too-long' : undefined;
}

function readSub(fields: readonly string[]): WireCommand {
  if (fields.length !== 2 && fields.length !== 3) return ['error', 'malformed-arguments'];
  const subject = decode(fields[0]!);
  const queue = fields.length === 3 ? decode(fields[1]!) : undefined;
  const sid = fields.at(-1)!;
  if (subject === undefined || !/^([^.]+\.)*[^.]+$/.test(subject))
    return ['error', 'invalid-subject'];
  if (/(^|\.)>\./.test(subject)) return ['error', 'invalid-subject'];
  if (!/^[\x21-\x7e]+$/.test(sid) || (fields.length === 3 && queue === undefined)) {
    return ['error', 'malformed-arguments'];
  }
  return ['SUB', subject, queue, sid];
}

interface PublishFields {
  readonly subject: string;
  readonly reply: string | undefined;
  readonly headerBytes: number;
  readonly messageBytes: number;
}

function readPublish(
  fields: readonly string[],
  hasHeaders: boolean,
  limits: WireModelLimits,
): PublishFields | ProtocolErrorKind {
  const numbers = fields.slice(hasHeaders ? -2 : -1);
  const names = fields.slice(0, -numbers.length);
  if (numbers.length !== (hasHeaders ? 2 : 1)) return 'malformed-arguments';
  if (names.length !== 1 && names.length !== 2) return 'malformed-arguments';
  const messageBytes = toCount(numbers.at(-1)!);
  if (messageBytes === undefined) return 'malformed-arguments';
  const [subject, reply] = names.map(publishable);
  if (subject === undefined) return 'invalid-subject';
  if (names.length === 2 && reply === undefined) return 'invalid-subject';
  let headerBytes = 0;
  if (hasHeaders) {
    headerBytes = toCount(numbers[0]!) ?? -1;
    // A block is a version line and an empty line at least.
    if ((headerBytes !== 0 && headerBytes < 12) || headerBytes > messageBytes)
      return 'malformed-arguments';
  }
  if (messageBytes > limits.payloadBytesMax) return 'payload-too-large';
  return { subject, reply, headerBytes, messageBytes };
}

/** Digits only; what nobody can count to is cut off. */
function toCount(field: string): number | undefined {
  return /^\d+$/.test(field) ? Math.min(Number(field), 1e15) : undefined;
}

/** Wildcards are tokens like any other where something is published. */
function publishable(field: string): string | undefined {
  const text = decode(field);
  return text !== undefined && /^([^.]+\.)*[^.]+$/.test(text) ? text : undefined;
}

/** Bytes shown as latin1 to the text they mean; undefined for controls and what is not UTF-8. */
function decode(field: string): string | undefined {
  // eslint-disable-next-line no-control-regex -- control characters are what is refused
  if (/[\x00-\x20\x7f]/.test(field)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      Buffer.from(field, 'latin1'),
    );
  } catch {
    return undefined;
  }
}
