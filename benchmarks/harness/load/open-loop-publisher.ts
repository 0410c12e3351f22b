import { LoadConnection } from '../wire/index.ts';
import type { ServerAddress } from '../wire/index.ts';
import { monotonicMs } from './monotonic-ms.ts';

/** What the sender is told: message i is due at `startMs` + i × `intervalMs`. */
export interface OpenLoopPlan {
  readonly address: ServerAddress;
  readonly subject: string;
  readonly payloadBytes: number;
  readonly messageCount: number;
  readonly intervalMs: number;
  readonly startMs: number;
}

/** What the sender reports when every message has its ack. */
export interface OpenLoopOutcome {
  readonly publishedCount: number;
  readonly acknowledgedCount: number;
  readonly sentLateMsMax: number;
}

/** Width of the message's index at the head of its payload. */
export const indexDigits = 8;

/** Longest sleep, so that acks and PINGs of the server are read while little is due. */
const sleepMsMax = 1;

/** Sends each message when it is due, however late the acks of those before it are. */
export async function publishOnTime(plan: OpenLoopPlan): Promise<OpenLoopOutcome> {
  const connection = await LoadConnection.open(plan.address);
  const inbox = '_INBOX.o';
  connection.write(Buffer.from(`SUB ${inbox}.* 2\r\n`));
  const { bytes, frameBytes } = framesOf(plan, inbox);
  const outcome = { publishedCount: 0, acknowledgedCount: 0, sentLateMsMax: 0 };
  connection.onFrame = (frame) => {
    if (frame.bytes[frame.payloadStart + 2] !== 115 /* s of {"stream" */) {
      const text = frame.bytes.toString('utf8', frame.lineStart, frame.payloadEnd);
      throw new Error(`A message was refused: ${text}`);
    }
    outcome.acknowledgedCount += 1;
  };
  // Sleeping on a futex wakes within some 60 µs, where a timer of the event loop takes 1 ms; and
  // unlike spinning it leaves the processor to the broker under test.
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  await connection.runUntil((finish) => {
    const turn = (): void => {
      const aheadMs = plan.startMs + outcome.publishedCount * plan.intervalMs - monotonicMs();
      if (outcome.publishedCount < plan.messageCount) {
        if (aheadMs > 0) Atomics.wait(sleeper, 0, 0, Math.min(aheadMs, sleepMsMax));
        const elapsedMs = monotonicMs() - plan.startMs;
        const dueCount = Math.floor(elapsedMs / plan.intervalMs) + 1;
        const toCount = Math.min(plan.messageCount, dueCount);
        const fromCount = outcome.publishedCount;
        if (toCount > fromCount) {
          const lateMs = elapsedMs - fromCount * plan.intervalMs;
          outcome.sentLateMsMax = Math.max(outcome.sentLateMsMax, lateMs);
          outcome.publishedCount = toCount;
          connection.write(bytes.subarray(fromCount * frameBytes, toCount * frameBytes));
        }
        setImmediate(turn);
      } else if (outcome.acknowledgedCount < plan.messageCount) {
        setTimeout(turn, 1);
      } else {
        finish();
      }
    };
    turn();
  });
  await connection.close();
  return outcome;
}

function framesOf(plan: OpenLoopPlan, inbox: string): { bytes: Buffer; frameBytes: number } {
  const filling = '.'.repeat(plan.payloadBytes - indexDigits);
  const frames = Array.from({ length: plan.messageCount }, (_, index) => {
    const digits = String(index).padStart(indexDigits, '0');
    const line = `PUB ${plan.subject} ${inbox}.${digits} ${plan.payloadBytes}`;
    return Buffer.from(`${line}\r\n${digits}${filling}\r\n`, 'latin1');
  });
  const bytes = Buffer.concat(frames);
  return { bytes, frameBytes: bytes.length / plan.messageCount };
}
