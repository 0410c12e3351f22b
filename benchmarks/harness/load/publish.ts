import { LoadConnection, messageSubject } from '../wire/index.ts';
import type { PeerKind, ServerAddress } from '../wire/index.ts';
import { monotonicMs } from './monotonic-ms.ts';
import { prepareStation } from './prepare-station.ts';
import { WindowedPublisher } from './windowed-publisher.ts';

/** One measurement of publishing to a station of its own. */
export interface PublishJob {
  readonly address: ServerAddress;
  readonly kind: PeerKind;
  readonly station: string;
  readonly group?: string;
  readonly publisherCount: number;
  /** Per publisher. */
  readonly window: number;
  readonly payloadBytes: number;
  readonly headers?: string;
  /** Either a time, with the flow already running when it starts, or a number of messages. */
  readonly span:
    { readonly warmUpMs: number; readonly measureMs: number } | { readonly count: number };
}

/** What came of it. */
export interface PublishOutcome {
  readonly messagesPerSecond: number;
  readonly publishedCount: number;
  readonly acknowledgedCount: number;
  /** Of the last ack: equal to the number of messages when none was lost or stored twice. */
  readonly lastSequence: number;
}

/** Publishes with full windows, and returns when every message has its ack. */
export async function publish(job: PublishJob): Promise<PublishOutcome> {
  const connections = await Promise.all(
    Array.from({ length: job.publisherCount }, async () => LoadConnection.open(job.address)),
  );
  const [first] = connections as [LoadConnection];
  await prepareStation(first, job.kind, job);
  const { span } = job;
  const publishers = connections.map(
    (connection, index) =>
      new WindowedPublisher(connection, {
        ...job,
        subject: messageSubject(job.station),
        name: `${job.station}n${index}`,
        ...('count' in span ? { messageCountMax: shareOf(span.count, job, index) } : {}),
      }),
  );
  const rate = 'count' in span ? rateOfAll(publishers) : rateWithin(publishers, span);
  await Promise.all(
    publishers.map(async (publisher, index) =>
      (connections[index] as LoadConnection).runUntil((finish) => {
        publisher.onDrained = finish;
        publisher.start();
      }),
    ),
  );
  await Promise.all(connections.map(async (connection) => connection.close()));
  return {
    messagesPerSecond: rate(),
    publishedCount: sum(publishers.map((publisher) => publisher.sentCount)),
    acknowledgedCount: sum(publishers.map((publisher) => publisher.acknowledgedCount)),
    lastSequence: Math.max(...publishers.map((publisher) => publisher.lastSequence)),
  };
}

function shareOf(count: number, job: PublishJob, index: number): number {
  const share = Math.floor(count / job.publisherCount);
  return index === 0 ? count - share * (job.publisherCount - 1) : share;
}

function rateOfAll(publishers: readonly WindowedPublisher[]): () => number {
  const startMs = monotonicMs();
  const end = { ms: startMs };
  for (const publisher of publishers) {
    publisher.onProgress = () => {
      end.ms = monotonicMs();
    };
  }
  return () =>
    (sum(publishers.map((publisher) => publisher.acknowledgedCount)) / (end.ms - startMs)) * 1000;
}

/** Counts the acks between two moments while the flow goes on, then stops it. */
function rateWithin(
  publishers: readonly WindowedPublisher[],
  span: { readonly warmUpMs: number; readonly measureMs: number },
): () => number {
  const beginMs = monotonicMs();
  const from = { ms: 0, count: 0 };
  const to = { ms: 0, count: 0 };
  const onProgress = (): void => {
    const nowMs = monotonicMs();
    if (to.ms > 0 || nowMs < beginMs + span.warmUpMs) return;
    const count = sum(publishers.map((publisher) => publisher.acknowledgedCount));
    if (from.ms === 0) {
      Object.assign(from, { ms: nowMs, count });
    } else if (nowMs >= from.ms + span.measureMs) {
      Object.assign(to, { ms: nowMs, count });
      for (const publisher of publishers) publisher.stop();
    }
  };
  for (const publisher of publishers) publisher.onProgress = onProgress;
  return () => ((to.count - from.count) / (to.ms - from.ms)) * 1000;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
