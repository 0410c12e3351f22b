import {
  atLeastMeasured,
  medianOf,
  peerNames,
  rateQuantities,
  takeRounds,
  times,
  withProcessorTime,
} from '../harness/index.ts';
import type { Demand, Facts, Measurement, Preset, Row } from '../harness/index.ts';
import { bareCommits, measureBareStore } from '../micro/index.ts';

const { ceiling, jetStream, jetStreamSyncAlways } = peerNames;
const rate = 'acknowledged';

interface Load {
  readonly id: string;
  readonly title: string;
  readonly publisherCount: number;
  readonly window: number;
  readonly payloadBytes: number;
  readonly baselines: readonly string[];
  readonly demands: readonly Demand[];
}

/** Publishing with full windows: what is counted is acks, not sends. */
export const publishRows: readonly Row[] = [
  publishRow({
    id: 'publish-128-w4096',
    title: 'publish 128 B, one publisher, window 4096',
    publisherCount: 1,
    window: 4096,
    payloadBytes: 128,
    baselines: [jetStream, jetStreamSyncAlways, ceiling],
    demands: [
      ...times(rate, jetStream, { must: 1, goal: 1.5 }),
      ...times(rate, jetStreamSyncAlways, { must: 30 }),
    ],
  }),
  publishRow({
    id: 'publish-128-16x256',
    title: 'publish 128 B, 16 publishers, window 256 each',
    publisherCount: 16,
    window: 256,
    payloadBytes: 128,
    baselines: [jetStream, jetStreamSyncAlways, ceiling],
    demands: [
      ...times(rate, jetStream, { must: 1, goal: 1.5 }),
      ...times(rate, jetStreamSyncAlways, { must: 30 }),
    ],
  }),
  publishRow({
    id: 'publish-128-w256',
    title: 'publish 128 B, one publisher, window 256',
    publisherCount: 1,
    window: 256,
    payloadBytes: 128,
    baselines: [jetStream, jetStreamSyncAlways, ceiling],
    demands: [
      ...times(rate, jetStream, { must: 0.6, goal: 1 }),
      ...times(rate, jetStreamSyncAlways, { must: 20 }),
    ],
  }),
  withBareStore(
    publishRow({
      id: 'publish-128-w1',
      title: 'publish 128 B, one publisher, window 1',
      publisherCount: 1,
      window: 1,
      payloadBytes: 128,
      baselines: [jetStream, jetStreamSyncAlways, ceiling],
      demands: [
        // docs/decisions/0011-what-the-machine-allows.md
        atLeastMeasured(
          rate,
          'must',
          '0.8 × JetStream sync always, or 0.8 × what the bare store and the client allow',
          (run) => smallest([0.8 * rateOf(run, jetStreamSyncAlways), 0.8 * storeBound(run)]),
        ),
        ...times(rate, jetStreamSyncAlways, { goal: 1.2 }),
      ],
    }),
  ),
  publishRow({
    id: 'publish-1024-w4096',
    title: 'publish 1 KiB, one publisher, window 4096',
    publisherCount: 1,
    window: 4096,
    payloadBytes: 1024,
    baselines: [jetStream, ceiling],
    demands: times(rate, jetStream, { must: 0.6, goal: 0.9 }),
  }),
];

function publishRow(load: Load): Row {
  return {
    id: load.id,
    title: load.title,
    baselines: load.baselines,
    demands: load.demands,
    async measure(context, peers) {
      const { preset } = context;
      const span = spanOf(preset, load);
      const { values, facts } = await takeRounds(context, peers, {
        sampleCount: preset.sampleCount,
        warmUpRoundCount: preset.warmUpRoundCount,
        async sample({ address, peer, process }, client, station) {
          const job = {
            address,
            kind: peer.kind,
            station,
            publisherCount: load.publisherCount,
            window: load.window,
            payloadBytes: load.payloadBytes,
            span,
          };
          const { outcome, processorMicroseconds } = await withProcessorTime(
            process,
            async () => client.run('publish', job),
            ({ publishedCount }) => publishedCount,
          );
          const { messagesPerSecond } = outcome;
          return {
            value: { messagesPerSecond, processorMicroseconds },
            facts: factsOf(outcome, span),
          };
        },
      });
      return { quantities: rateQuantities(rate, values), facts, remarks: [] };
    },
  };
}

/** One at a time, a number that takes others a moment would take minutes. */
function spanOf({ publishSpan }: Preset, { window }: Load): Preset['publishSpan'] {
  return 'count' in publishSpan && window === 1 ? { count: publishSpan.count / 10 } : publishSpan;
}

/** A number of messages is a fact when it was given, and not when a time was. */
function factsOf(
  outcome: { publishedCount: number; acknowledgedCount: number; lastSequence: number },
  span: object,
): Facts {
  return {
    ...('count' in span ? { published: outcome.publishedCount } : {}),
    unacknowledged: outcome.publishedCount - outcome.acknowledgedCount,
    missingSequences: outcome.publishedCount - outcome.lastSequence,
  };
}

/** One message at a time, through a store that commits it and a client that waits for the ack. */
function storeBound(run: Measurement): number {
  const commits = run.quantities.find(({ name }) => name === bareCommits);
  const commitsPerSecond = (commits && medianOf(commits, 'machine')) ?? NaN;
  return 1 / (1 / commitsPerSecond + 1 / rateOf(run, ceiling));
}

/** NaN where the peer was not there. */
function rateOf(run: Measurement, peer: string): number {
  const quantity = run.quantities.find(({ name }) => name === rate);
  return (quantity && medianOf(quantity, peer)) ?? NaN;
}

function smallest(values: readonly number[]): number | undefined {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.length === 0 ? undefined : Math.min(...known);
}

/** One message at a time is bound by the flush, so the flush alone is printed beside it. */
function withBareStore(row: Row): Row {
  return {
    ...row,
    async measure(context, peers) {
      const measurement = await row.measure(context, peers);
      const bare = await measureBareStore(context);
      return { ...measurement, quantities: [...measurement.quantities, ...bare] };
    },
  };
}
