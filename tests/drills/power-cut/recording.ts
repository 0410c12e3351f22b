import { readFileSync } from 'node:fs';

/** One call of the recorded process; `path` is relative to the data directory, '' is the directory. */
export type LogRecord =
  | { readonly kind: 'created'; readonly path: string }
  | { readonly kind: 'renamed'; readonly path: string; readonly to: string }
  | { readonly kind: 'removed'; readonly path: string }
  | {
      readonly kind: 'written';
      readonly path: string;
      /** Through an O_DSYNC descriptor: its end is the `synced` of the same id. 0 for plain writes. */
      readonly id: number;
      readonly offset: number;
      readonly bytes: Buffer;
    }
  | { readonly kind: 'sized'; readonly path: string; readonly byteCount: number }
  | { readonly kind: 'sync-begun'; readonly path: string; readonly id: number }
  | { readonly kind: 'synced'; readonly path: string; readonly id: number }
  | { readonly kind: 'mapped'; readonly path: string }
  /** Bytes that went to the client whose end of the connection has this port. */
  | { readonly kind: 'sent'; readonly port: number; readonly bytes: Buffer };

const headBytes = 32;

/** Reads what record.c wrote; its head comment says what the order means. */
export function readRecording(logPath: string, dataDir: string): LogRecord[] {
  const log = readFileSync(logPath);
  const records: LogRecord[] = [];
  for (let offset = 0; offset + headBytes <= log.length;) {
    const pathStart = offset + headBytes;
    const bytesStart = pathStart + log.readUInt32LE(offset + 4);
    const end = bytesStart + Number(log.readBigUInt64LE(offset + 24));
    if (end > log.length) break; // killed in the middle of a record, so its call answered nobody
    const head = {
      kind: String.fromCharCode(log.readUInt32LE(offset)),
      id: Number(log.readBigUInt64LE(offset + 8)),
      offset: Number(log.readBigUInt64LE(offset + 16)),
    };
    const paths = log
      .toString('utf8', pathStart, bytesStart)
      .split('\n')
      .map((path) => path.slice(dataDir.length + 1));
    records.push(recordOf(head, paths, log.subarray(bytesStart, end)));
    offset = end;
  }
  return records;
}

function recordOf(
  head: { readonly kind: string; readonly id: number; readonly offset: number },
  [path = '', to = '']: readonly string[],
  bytes: Buffer,
): LogRecord {
  const { id, offset } = head;
  switch (head.kind) {
    case 'C':
      return { kind: 'created', path };
    case 'R':
      return { kind: 'renamed', path, to };
    case 'U':
      return { kind: 'removed', path };
    case 'W':
      return { kind: 'written', path, id, offset, bytes };
    case 'T':
      return { kind: 'sized', path, byteCount: offset };
    case 'B':
      return { kind: 'sync-begun', path, id };
    case 'E':
      return { kind: 'synced', path, id };
    case 'M':
      return { kind: 'mapped', path };
    case 'A':
      return { kind: 'sent', port: offset, bytes };
    default:
      throw new Error(`record.c wrote a record of kind ${JSON.stringify(head.kind)}`);
  }
}
