import {
  atMost,
  atMostMeasured,
  flushP99Ms,
  measureFlushes,
  medianOf,
  peerNames,
  percentile,
  takeRounds,
} from '../harness/index.ts';
import type { Demand, Measurement, Quantity, Row } from '../harness/index.ts';

const { jetStream, jetStreamSyncAlways } = peerNames;
const flushQuantity = 'fdatasync of 4 KiB, p99';

interface Load {
  readonly messagesPerSecond: number;
  readonly baselines: readonly string[];
  readonly p50Ms: number;
  readonly p99: { readonly ms: number; readonly flushes: number };
}

/** From the moment a message was due to be sent until a consumer that waits for it has it. */
export const latencyRows: readonly Row[] = [
  latencyRow({
    messagesPerSecond: 1000,
    baselines: [jetStream, jetStreamSyncAlways],
    p50Ms: 1,
    p99: { ms: 5, flushes: 3 },
  }),
  latencyRow({
    messagesPerSecond: 10_000,
    // With a flush per message JetStream does not sustain this rate: latency would measure the queue.
    baselines: [jetStream],
    p50Ms: 2,
    p99: { ms: 10, flushes: 5 },
  }),
];

function latencyRow(load: Load): Row {
  return {
    id: `latency-${load.messagesPerSecond}`,
    title: `publish to delivery, 128 B, open loop at ${load.messagesPerSecond.toLocaleString('en')}/s`,
    baselines: load.baselines,
    demands: demandsOf(load),
    async measure(context, peers) {
      const { latency, flushCount } = context.preset;
      const flushes: number[][] = [];
      const lateMs = new Map<string, number>();
      const { values, facts } = await takeRounds(context, peers, {
        sampleCount: latency.sampleCount,
        warmUpRoundCount: context.preset.warmUpRoundCount,
        async sample({ address, peer }, process, station) {
          if (peer === peers[0]) flushes.push([...measureFlushes(context.directory, flushCount)]);
          const outcome = await process.run('latency', {
            address,
            kind: peer.kind,
            station,
            payloadBytes: 128,
            messagesPerSecond: load.messagesPerSecond,
            warmUpMs: latency.warmUpMs,
            measureMs: latency.measureMs,
          });
          const { latenciesMs, sentLateMsMax, ...counts } = outcome;
          lateMs.set(peer.name, Math.max(lateMs.get(peer.name) ?? 0, sentLateMsMax));
          const ascending = latenciesMs.sort((a, b) => a - b);
          return { value: ascending, facts: counts };
        },
      });
      const quantities = [0.5, 0.99, 0.999].map((share): Quantity => {
        const samples = Object.entries(values).map(([peer, runs]) => {
          return [peer, runs.map((run) => percentile(run, share))] as const;
        });
        return { name: `p${share * 100}`, unit: 'ms', samples: Object.fromEntries(samples) };
      });
      quantities.push({
        name: flushQuantity,
        unit: 'ms',
        samples: { machine: flushes.map(flushP99Ms) },
      });
      const late = [...lateMs].map(([peer, ms]) => `${peer} ${ms.toFixed(1)} ms`).join(', ');
      return {
        quantities,
        facts,
        remarks: [`The sender was late by at most: ${late}. Lateness counts as latency.`],
      };
    },
  };
}

function demandsOf(load: Load): readonly Demand[] {
  const { ms, flushes } = load.p99;
  return [
    ...atMost('p50', { must: load.p50Ms }),
    atMostMeasured(
      'p99',
      'must',
      `the larger of ${ms} ms and ${flushes} × fdatasync p99`,
      (run) => {
        const flushMs = medianIn(run, flushQuantity, 'machine');
        return Math.max(ms, flushes * (flushMs ?? 0));
      },
    ),
    atMostMeasured('p99', 'goal', 'what JetStream default does', (run) => {
      return medianIn(run, 'p99', jetStream);
    }),
  ];
}

function medianIn(measurement: Measurement, quantity: string, peer: string): number | undefined {
  const found = measurement.quantities.find(({ name }) => name === quantity);
  return found === undefined ? undefined : medianOf(found, peer);
}
