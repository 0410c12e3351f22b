import { createRequire } from 'node:module';
import { groupInfoRequest, LoadConnection } from '../wire/index.ts';
import type { PeerKind, ServerAddress } from '../wire/index.ts';
import { monotonicMs } from './monotonic-ms.ts';
import { prepareStation } from './prepare-station.ts';
import { publish } from './publish.ts';

/** One measurement with the published Memphis Node SDK as the client. */
export interface SdkJob {
  readonly address: ServerAddress;
  readonly kind: PeerKind;
  readonly station: string;
  readonly payloadBytes: number;
  readonly messageCount: number;
}

/** What came of it; `storedCount` is what the server counts, not what the SDK believes. */
export interface SdkOutcome {
  readonly messagesPerSecond: number;
  readonly storedCount: number;
}

/** The little of the SDK's surface that is used here; its own types do not compile under ours. */
interface Sdk {
  connect(options: Record<string, unknown>): Promise<SdkConnection>;
}
interface SdkConnection {
  producer(options: Record<string, unknown>): Promise<SdkProducer>;
  consumer(options: Record<string, unknown>): Promise<SdkConsumer>;
  close(): Promise<void>;
}
interface SdkProducer {
  produce(options: { message: Buffer; asyncProduce: boolean }): Promise<void>;
}
interface SdkConsumer {
  fetch(options: { batchSize: number }): Promise<{ ack(): void }[]>;
}

const group = 'readers';
const asyncBurstCount = 1000;
const fetchBatchCount = 500;

/** Each message waits for its ack before the next one leaves. */
export async function sdkProduceOneByOne(job: SdkJob): Promise<SdkOutcome> {
  return produce(job, async (producer, message) => {
    for (let index = 0; index < job.messageCount; index += 1) {
      await producer.produce({ message, asyncProduce: false });
    }
  });
}

/**
 * Produces without waiting, a thousand at a time; the thousandth waits for its ack.
 *
 * The SDK offers no other way to learn that asynchronous messages have arrived, and on one
 * partition that ack means that all before it are stored.
 */
export async function sdkProduceAsync(job: SdkJob): Promise<SdkOutcome> {
  return produce(job, async (producer, message) => {
    for (let index = 1; index <= job.messageCount; index += 1) {
      const last = index % asyncBurstCount === 0 || index === job.messageCount;
      await producer.produce({ message, asyncProduce: !last });
    }
  });
}

/** Fetches and acks what is already stored. */
export async function sdkFetch(job: SdkJob): Promise<SdkOutcome> {
  await publish({
    ...job,
    group,
    publisherCount: 1,
    window: 4096,
    headers: sdkHeaders,
    span: { count: job.messageCount },
  });
  return withSdk(job, async (connection) => {
    const consumer = await connection.consumer({
      stationName: job.station,
      consumerName: group,
      consumerGroup: group,
      batchSize: fetchBatchCount,
      batchMaxTimeToWaitMs: 5000,
    });
    const received = { count: 0 };
    const startMs = monotonicMs();
    while (received.count < job.messageCount) {
      const messages = await consumer.fetch({ batchSize: fetchBatchCount });
      for (const message of messages) message.ack();
      received.count += messages.length;
      if (messages.length === 0) throw new Error('A fetch of the SDK came back empty');
    }
    const elapsedMs = monotonicMs() - startMs;
    return {
      messagesPerSecond: (received.count / elapsedMs) * 1000,
      storedCount: received.count,
    };
  });
}

/** The two headers that the SDK adds to every message. */
export const sdkHeaders = [
  'NATS/1.0',
  '$memphis_connectionId: 6b1f1f1e-8c59-4e7e-9d3e-0f3c2f0a7d11',
  '$memphis_producedBy: producer-1',
  '',
].join('\r\n');

async function produce(
  job: SdkJob,
  work: (producer: SdkProducer, message: Buffer) => Promise<void>,
): Promise<SdkOutcome> {
  const control = await LoadConnection.open(job.address);
  await prepareStation(control, job.kind, { station: job.station, group });
  const messagesPerSecond = await withSdk(job, async (connection) => {
    const producer = await connection.producer({
      stationName: job.station,
      producerName: 'producer-1',
    });
    const message = Buffer.alloc(job.payloadBytes, 'm');
    const startMs = monotonicMs();
    await work(producer, message);
    return (job.messageCount / (monotonicMs() - startMs)) * 1000;
  });
  const { subject, payload } = groupInfoRequest(job.station, group);
  const info = JSON.parse(await control.request(subject, payload)) as { num_pending: number };
  await control.close();
  return { messagesPerSecond, storedCount: info.num_pending };
}

async function withSdk<T>(
  job: SdkJob,
  work: (connection: SdkConnection) => Promise<T>,
): Promise<T> {
  // The SDK is CommonJS and logs to the console of whoever loads it.
  const { memphis } = createRequire(import.meta.url)('memphis-dev') as { memphis: Sdk };
  const connection = await memphis.connect({
    host: job.address.host,
    port: job.address.port,
    username: job.address.user ?? 'root',
    password: job.address.password ?? 'answering',
  });
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}
