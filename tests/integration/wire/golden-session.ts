import { normalised, parsed } from './golden.ts';
import type { Frame } from './raw-client.ts';

/** One protocol line of a recorded session of an SDK. */
export interface SessionLine {
  readonly step: string;
  /** Numbered in the order of connecting. */
  readonly socket: number;
  /** Client or server. */
  readonly dir: 'C' | 'S';
  /** `<closed>` where this side closed the socket. */
  readonly line: string;
  readonly headers?: string;
  /** An object where it was JSON, else text. */
  readonly payload?: unknown;
  /** Since the session began. */
  readonly at_ms: number;
}

/** A line from a server in the form in which two of them are compared. */
export interface ComparedLine {
  readonly line: string;
  readonly headers: string;
  readonly payload: unknown;
}

export const closedLine = '<closed>';

/** As an SDK makes one per connection; the transcripts say `<uuid>`. */
export const connectionId = '11111111-2222-4333-8444-555555555555';

/** The inbox of a subscription of ours; the transcripts say `_INBOX.<id>`. */
export function inboxOf(sid: string): string {
  return `_INBOX.s${sid}`;
}

/** Which subscription a server's line was for. */
export function sidOf({ line }: SessionLine): string {
  return line.split(/ +/)[2] ?? '';
}

export function recordedLine(recorded: SessionLine): ComparedLine {
  const { line, headers = '', payload = '' } = recorded;
  return compared(line, headers, payload);
}

export function answeredLine({ line, headers, payload }: Frame): ComparedLine {
  const withoutIds = line
    .replace(/_INBOX\.s\d+\.r\d+/, '_INBOX.<id>.<id>')
    .replace(/_INBOX\.s\d+/, '_INBOX.<id>')
    .replace(/(\$JS\.ACK\..*)\.\d{13,}\./, '$1.<time>.');
  return compared(withoutIds, headers.replaceAll(connectionId, '<uuid>'), parsed(payload));
}

/** Runs of blanks are as one (wire-protocol.md 1.1), in lines and in JSON, whose sizes say nothing therefore. */
function compared(line: string, headers: string, payload: unknown): ComparedLine {
  if (line.startsWith('INFO ')) {
    const fields: unknown = JSON.parse(line.slice('INFO '.length));
    return { line: 'INFO', headers: '', payload: withoutOwnName(fields as object) };
  }
  const shown = normalised(payload);
  const oneBlank = line.trim().replace(/ +/g, ' ');
  const isSized = typeof shown === 'string';
  return { line: isSized ? oneBlank : withoutSize(oneBlank), headers, payload: shown };
}

/** Without the size of its payload, for two lines whose payloads differ on purpose. */
export function withoutSize(line: string): string {
  return /^H?MSG /.test(line) ? line.replace(/ \d+$/, ' <n>') : line;
}

/** What a server calls itself and its client. */
const ownNames = ['server_id', 'server_name', 'go', 'port', 'client_id'];

function withoutOwnName(info: object): object {
  return Object.fromEntries(
    Object.entries(info).map(([key, field]) => [key, ownNames.includes(key) ? '<id>' : field]),
  );
}

/** Layouts of JSON that SDKs write. */
const layouts: readonly ((value: unknown) => string)[] = [
  (value) => JSON.stringify(value),
  (value) =>
    JSON.stringify(value, null, 1)
      .replace(/\n */g, ' ')
      .replace(/([{[]) | ([}\]])/g, '$1$2'),
  (value) => JSON.stringify(value, null, 2),
  (value) => JSON.stringify(value, null, 4),
];

/** A payload as it was sent: in the layout that comes to the recorded size, where one does. */
export function payloadText(payload: unknown, bytes: number): string {
  if (typeof payload === 'string') return payload;
  const texts = layouts.map((layout) => layout(payload).replaceAll('<uuid>', connectionId));
  return texts.find((text) => Buffer.byteLength(text) === bytes) ?? texts[0] ?? '';
}
