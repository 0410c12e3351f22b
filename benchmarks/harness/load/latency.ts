import { fork } from 'node:child_process';
import { once } from 'node:events';
import { LoadConnection, messageSubject, pullSubject } from '../wire/index.ts';
import type { Frame, PeerKind, ServerAddress } from '../wire/index.ts';
import { AckWriter } from './ack-writer.ts';
import { DeliveryReader, isForInbox } from './delivery-reader.ts';
import type { OpenLoopOutcome, OpenLoopPlan } from './open-loop-publisher.ts';
import { indexDigits } from './open-loop-publisher.ts';
import { monotonicMs } from './monotonic-ms.ts';
import { prepareStation } from './prepare-station.ts';

/** One measurement of the way of messages from publisher to consumer at a fixed rate. */
export interface LatencyJob {
  readonly address: ServerAddress;
  readonly kind: PeerKind;
  readonly station: string;
  readonly payloadBytes: number;
  readonly messagesPerSecond: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

/** What came of it. */
export interface LatencyOutcome {
  /** Of each message after the warm-up, in the order of delivery. */
  readonly latenciesMs: number[];
  readonly publishedCount: number;
  readonly acknowledgedCount: number;
  readonly receivedCount: number;
  readonly sequenceSum: number;
  /** Messages that were due but left late because the sender was behind; they count in full. */
  readonly sentLateMsMax: number;
}

const group = 'readers';
const pullSid = 2;
const batchCount = 500;
/** Time for the sending process to start, connect and build its frames before message 0 is due. */
const senderStartMs = 1500;

/**
 * Open loop: message i is due at start + i / rate, whatever became of those before it, and its
 * latency counts from that moment. A stall therefore shows in every message that it held up, and
 * nothing is left out because a sender waited (coordinated omission).
 *
 * The consumer is a plain NATS client that always keeps a pull waiting and acks what each read
 * brought. The publisher is a process of its own, so that neither delays the other; both read the same
 * monotonic clock.
 */
export async function latency(job: LatencyJob): Promise<LatencyOutcome> {
  const connection = await LoadConnection.open(job.address);
  await prepareStation(connection, job.kind, { station: job.station, group });
  const totalMs = job.warmUpMs + job.measureMs;
  const messageCount = Math.round((totalMs / 1000) * job.messagesPerSecond);
  const intervalMs = 1000 / job.messagesPerSecond;
  const startMs = monotonicMs() + senderStartMs;
  const plan: OpenLoopPlan = {
    address: job.address,
    subject: messageSubject(job.station),
    payloadBytes: job.payloadBytes,
    messageCount,
    intervalMs,
    startMs,
  };
  const sender = sendOnTime(plan);
  const consumer = new WaitingConsumer(connection, { ...job, messageCount, intervalMs, startMs });
  const consumed = connection.runUntil((finish) => {
    consumer.start(finish);
  });
  const [sent] = await Promise.all([sender, consumed]);
  await connection.ping();
  await connection.close();
  return {
    latenciesMs: consumer.latenciesMs,
    publishedCount: sent.publishedCount,
    acknowledgedCount: sent.acknowledgedCount,
    receivedCount: consumer.receivedCount,
    sequenceSum: consumer.sequenceSum,
    sentLateMsMax: sent.sentLateMsMax,
  };
}

async function sendOnTime(plan: OpenLoopPlan): Promise<OpenLoopOutcome> {
  const child = fork(new URL('./open-loop-main.ts', import.meta.url), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The sending process ended with exit code ${String(code)}`);
  });
  ended.catch(() => undefined); // it also ends after its answer
  child.send(plan);
  const [answer] = (await Promise.race([once(child, 'message'), ended])) as [
    { readonly outcome?: OpenLoopOutcome; readonly error?: string },
  ];
  child.disconnect();
  if (answer.outcome === undefined) throw new Error(answer.error);
  return answer.outcome;
}

interface ConsumerPlan extends LatencyJob {
  readonly messageCount: number;
  readonly intervalMs: number;
  readonly startMs: number;
}

class WaitingConsumer {
  readonly latenciesMs: number[] = [];
  receivedCount = 0;
  sequenceSum = 0;
  readonly #connection: LoadConnection;
  readonly #plan: ConsumerPlan;
  readonly #reader: DeliveryReader;
  readonly #acks = new AckWriter();
  readonly #pull: Buffer;
  #expectedCount = 0;

  constructor(connection: LoadConnection, plan: ConsumerPlan) {
    this.#connection = connection;
    this.#plan = plan;
    this.#reader = new DeliveryReader({ station: plan.station, group, sid: pullSid });
    const request = JSON.stringify({ batch: batchCount, expires: 600e9 });
    this.#pull = Buffer.from(
      `PUB ${pullSubject(plan.station, group)} _INBOX.f ${request.length}\r\n${request}\r\n`,
    );
  }

  start(finish: () => void): void {
    const connection = this.#connection;
    connection.write(Buffer.from(`SUB _INBOX.f ${pullSid}\r\n`));
    connection.onFrame = (frame) => {
      this.#take(frame);
    };
    connection.onReadEnd = () => {
      connection.together(() => {
        this.#respond();
      });
      if (this.receivedCount >= this.#plan.messageCount) finish();
    };
    this.#respond();
  }

  #take(frame: Frame): void {
    if (isForInbox(frame)) throw new Error('A pull ended before its batch was full');
    const nowMs = monotonicMs();
    const { payloadBytes, warmUpMs, intervalMs, startMs } = this.#plan;
    const digits = frame.payloadEnd - payloadBytes;
    const index = Number(frame.bytes.toString('latin1', digits, digits + indexDigits));
    const sinceStartMs = index * intervalMs;
    if (sinceStartMs >= warmUpMs) this.latenciesMs.push(nowMs - startMs - sinceStartMs);
    const delivery = this.#reader.read(frame);
    this.receivedCount += 1;
    this.sequenceSum += delivery.sequence;
    this.#acks.add(frame.bytes, delivery.replyStart, delivery.replyEnd);
  }

  #respond(): void {
    const acks = this.#acks.take();
    if (acks !== undefined) this.#connection.write(acks);
    // The next pull waits at the server before the last one is used up.
    if (this.#expectedCount - this.receivedCount <= batchCount / 2) {
      this.#expectedCount += batchCount;
      this.#connection.write(this.#pull);
    }
  }
}
