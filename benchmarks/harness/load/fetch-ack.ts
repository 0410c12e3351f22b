import { setTimeout as delay } from 'node:timers/promises';
import { groupInfoRequest, LoadConnection, pullSubject } from '../wire/index.ts';
import type { Frame, ServerAddress } from '../wire/index.ts';
import { AckWriter } from './ack-writer.ts';
import { DeliveryReader, isForInbox } from './delivery-reader.ts';
import { monotonicMs } from './monotonic-ms.ts';

/** One measurement of a group that fetches and acks what is already stored. */
export interface FetchAckJob {
  readonly address: ServerAddress;
  readonly station: string;
  readonly group: string;
  /** What the station holds and the group has not seen. */
  readonly messageCount: number;
  readonly batchCount: number;
  /** With it every ack carries a reply subject, and its answer is awaited. */
  readonly confirmed: boolean;
}

/** What came of it. */
export interface FetchAckOutcome {
  readonly messagesPerSecond: number;
  readonly receivedCount: number;
  /** Of all sequences received: the same everywhere when each message came exactly once. */
  readonly sequenceSum: number;
  readonly redeliveredCount: number;
  readonly confirmedCount: number;
}

const pullSid = 2;
const confirmSid = 3;

/**
 * Fetches and acks everything that a station holds, in batches.
 *
 * The next pull leaves when a batch is complete, together with its last acks. Confirmed acks may
 * lag one batch behind: the pull after next waits for them. The clock stops when the server has
 * read the last plain ack, or answered the last confirmed one.
 */
export async function fetchAck(job: FetchAckJob): Promise<FetchAckOutcome> {
  const connection = await LoadConnection.open(job.address);
  const fetcher = new Fetcher(connection, job);
  const startMs = monotonicMs();
  await connection.runUntil((finish) => {
    fetcher.start(finish);
  });
  await connection.ping();
  const elapsedMs = monotonicMs() - startMs;
  await assertSettled(connection, job);
  await connection.close();
  return {
    messagesPerSecond: (job.messageCount / elapsedMs) * 1000,
    receivedCount: fetcher.receivedCount,
    sequenceSum: fetcher.sequenceSum,
    redeliveredCount: fetcher.redeliveredCount,
    confirmedCount: fetcher.confirmedCount,
  };
}

class Fetcher {
  receivedCount = 0;
  sequenceSum = 0;
  redeliveredCount = 0;
  confirmedCount = 0;
  readonly #connection: LoadConnection;
  readonly #job: FetchAckJob;
  readonly #reader: DeliveryReader;
  readonly #acks: AckWriter;
  readonly #pull: Buffer;
  #pulledCount = 0;
  #finish: () => void = () => undefined;

  constructor(connection: LoadConnection, job: FetchAckJob) {
    this.#connection = connection;
    this.#job = job;
    this.#reader = new DeliveryReader({ ...job, sid: pullSid });
    this.#acks = new AckWriter(job.confirmed ? { confirmInbox: '_INBOX.c' } : {});
    const request = JSON.stringify({ batch: job.batchCount, expires: 60e9 });
    this.#pull = Buffer.from(
      `PUB ${pullSubject(job.station, job.group)} _INBOX.f ${request.length}\r\n${request}\r\n`,
    );
  }

  start(finish: () => void): void {
    this.#finish = finish;
    const connection = this.#connection;
    connection.write(Buffer.from(`SUB _INBOX.f ${pullSid}\r\nSUB _INBOX.c.* ${confirmSid}\r\n`));
    connection.onFrame = (frame) => {
      this.#take(frame);
    };
    connection.onReadEnd = () => {
      connection.together(() => {
        this.#respond();
      });
    };
    this.#respond();
  }

  #take(frame: Frame): void {
    if (isForInbox(frame)) {
      if (frame.payloadEnd > frame.payloadStart) throw unexpected(frame);
      this.confirmedCount += 1;
      return;
    }
    const delivery = this.#reader.read(frame);
    this.receivedCount += 1;
    this.sequenceSum += delivery.sequence;
    if (delivery.deliveryCount > 1) this.redeliveredCount += 1;
    this.#acks.add(frame.bytes, delivery.replyStart, delivery.replyEnd);
  }

  #respond(): void {
    const { messageCount, batchCount, confirmed } = this.#job;
    const acks = this.#acks.take();
    if (acks !== undefined) this.#connection.write(acks);
    const settledCount = confirmed ? this.confirmedCount : this.receivedCount;
    if (this.receivedCount >= messageCount && settledCount >= messageCount) {
      this.#finish();
      return;
    }
    const batchDone = this.receivedCount === this.#pulledCount;
    const lagCount = this.#pulledCount - settledCount;
    if (batchDone && lagCount <= batchCount && this.#pulledCount < messageCount) {
      this.#pulledCount += Math.min(batchCount, messageCount - this.#pulledCount);
      this.#connection.write(this.#pull);
    }
  }
}

/** Waits until the server itself counts nothing that is undelivered or unacked. */
async function assertSettled(connection: LoadConnection, job: FetchAckJob): Promise<void> {
  const { subject, payload } = groupInfoRequest(job.station, job.group);
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const answer = await connection.request(subject, payload);
    const info = JSON.parse(answer) as { num_pending?: number; num_ack_pending?: number };
    if ((info.num_pending ?? 0) === 0 && (info.num_ack_pending ?? 0) === 0) return;
    await delay(50);
  }
  throw new Error(`The group of ${job.station} still has messages that are not acked`);
}

function unexpected(frame: Frame): Error {
  const text = frame.bytes.toString('latin1', frame.lineStart, frame.payloadEnd);
  return new Error(`Expected deliveries only, got: ${text}`);
}
