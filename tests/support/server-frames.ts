/** One frame as a client gets it. Header blocks and payloads are shown as latin1 text. */
export type ServerFrame =
  | { readonly kind: 'INFO' | '-ERR'; readonly text: string }
  | { readonly kind: 'PING' | 'PONG' | '+OK' }
  | ServerMessage;

/** MSG or HMSG. */
export interface ServerMessage {
  readonly kind: 'MSG';
  readonly subject: string;
  readonly sid: string;
  readonly reply: string | undefined;
  readonly headerBlock: string | undefined;
  readonly payload: string;
}

/** The whole frames that `bytes` begin with, and what is left. Throws on what no client can read. */
export function readServerFrames(bytes: Buffer): { frames: ServerFrame[]; rest: Buffer } {
  const frames: ServerFrame[] = [];
  let offset = 0;
  for (;;) {
    const next = readFrame(bytes, offset);
    if (next === undefined) return { frames, rest: bytes.subarray(offset) };
    frames.push(next.frame);
    offset = next.end;
  }
}

/** The frame at `offset`; undefined when it has not come whole. */
function readFrame(bytes: Buffer, offset: number): { frame: ServerFrame; end: number } | undefined {
  const lineEnd = bytes.indexOf('\r\n', offset);
  if (lineEnd === -1) return undefined;
  const line = bytes.toString('utf8', offset, lineEnd);
  const start = lineEnd + 2;

  const [, kind, text] = /^(INFO|-ERR) (.+)$/.exec(line) ?? [];
  if (kind !== undefined) {
    return { frame: { kind: kind as 'INFO' | '-ERR', text: text! }, end: start };
  }
  if (line === 'PING' || line === 'PONG' || line === '+OK') {
    return { frame: { kind: line }, end: start };
  }

  const words = line.split(' ');
  const hasHeaders = words[0] === 'HMSG';
  const sizes = words.splice(hasHeaders ? -2 : -1).map(Number);
  const [operation, subject, sid, reply, ...more] = words;
  if ((operation !== 'MSG' && !hasHeaders) || sid === undefined || more.length > 0) {
    throw new Error(`No frame of a server: ${JSON.stringify(line)}`);
  }
  const headersEnd = start + (hasHeaders ? sizes[0]! : 0);
  const end = start + sizes.at(-1)!;
  if (bytes.length < end + 2) return undefined;
  if (bytes.toString('latin1', end, end + 2) !== '\r\n') throw new Error(`Wrong size: ${line}`);
  const frame: ServerMessage = {
    kind: 'MSG',
    subject: subject!,
    sid,
    reply,
    headerBlock: hasHeaders ? bytes.toString('latin1', start, headersEnd) : undefined,
    payload: bytes.toString('latin1', headersEnd, end),
  };
  return { frame, end: end + 2 };
}
