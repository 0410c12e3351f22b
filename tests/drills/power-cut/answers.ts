import { readServerFrames } from '../../support/index.ts';
import type { ServerMessage } from '../../support/index.ts';
import type { LogRecord } from './recording.ts';

/** An answer of the broker, and the record with which the last byte of it had left the process. */
export interface Answer {
  readonly index: number;
  readonly frame: ServerMessage;
}

/** The messages that were sent to subjects which begin with `prefix`, by the rest of their subject. */
export function answersIn(
  records: readonly LogRecord[],
  prefix: string,
): ReadonlyMap<string, Answer> {
  const answers = new Map<string, Answer>();
  const unread = new Map<number, Buffer>();
  for (const [index, record] of records.entries()) {
    if (record.kind !== 'sent') continue;
    const bytes = Buffer.concat([unread.get(record.port) ?? Buffer.alloc(0), record.bytes]);
    const { frames, rest } = readServerFrames(bytes);
    unread.set(record.port, rest);
    for (const frame of frames) {
      if (frame.kind !== 'MSG' || !frame.subject.startsWith(prefix)) continue;
      const key = frame.subject.slice(prefix.length);
      if (answers.has(key)) throw new Error(`${frame.subject} was answered twice`);
      answers.set(key, { index, frame });
    }
  }
  return answers;
}
