import {
  atMostMeasured,
  flushP99Ms,
  measureFlushes,
  medianOf,
  peerNames,
  percentile,
  takeRounds,
} from '../harness/index.ts';
import type { Demand, Measurement, Quantity, Row } from '../harness/index.ts';
import { measurePacedCommits } from '../micro/index.ts';

const { jetStream, jetStreamSyncAlways } = peerNames;
const flushQuantity = 'fdatasync of 4 KiB, p99';

interface Load {
  readonly messagesPerSecond: number;
  readonly baselines: readonly string[];
  /** The larger of a time and a multiple of what the bare store does at this rate. */
  readonly p50: { readonly ms: number; readonly commits: number };
  readonly p99: { readonly ms: number; readonly flushes: number; readonly commits: number };
}

/** From the moment a message was due to be sent until a consumer that waits for it has it. */
export const latencyRows: readonly Row[] = [
  latencyRow({
    messagesPerSecond: 1000,
    baselines: [jetStream, jetStreamSyncAlways],
    p50: { ms: 1, commits: 2 },
    p99: { ms: 5, flushes: 3, commits: 3 },
  }),
  latencyRow({
    messagesPerSecond: 10_000,
    // With a flush per message JetStream does not sustain this rate: latency would measure the queue.
    baselines: [jetStream],
    p50: { ms: 2, commits: 2 },
    p99: { ms: 10, flushes: 5, commits: 3 },
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
      const commits: (readonly number[])[] = [];
      const lateMs = new Map<string, number>();
      const { values, facts } = await takeRounds(context, peers, {
        sampleCount: latency.sampleCount,
        warmUpRoundCount: context.preset.warmUpRoundCount,
        async sample({ address, peer }, process, station) {
          if (peer === peers[0]) {
            flushes.push([...measureFlushes(context.directory, flushCount)]);
            const count = Math.round((latency.measureMs / 1000) * load.messagesPerSecond);
            const paced = { messagesPerSecond: load.messagesPerSecond, count };
            commits.push([...(await measurePacedCommits(context, paced))].sort((a, b) => a - b));
          }
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
      quantities.push(
        { name: flushQuantity, unit: 'ms', samples: { machine: flushes.map(flushP99Ms) } },
        ...[0.5, 0.99].map((share): Quantity => {
          const samples = { machine: commits.map((run) => percentile(run, share)) };
          return { name: pacedQuantity(share), unit: 'ms', samples };
        }),
      );
      const late = [...lateMs].map(([peer, ms]) => `${peer} ${ms.toFixed(1)} ms`).join(', ');
      return {
        quantities,
        facts,
        remarks: [`The sender was late by at most: ${late}. Lateness counts as latency.`],
      };
    },
  };
}

/** The times are the budget's; the rest, docs/decisions/0011-what-the-machine-allows.md. */
function demandsOf({ p50, p99 }: Load): readonly Demand[] {
  return [
    atMostMeasured(
      'p50',
      'must',
      `the larger of ${p50.ms} ms and ${p50.commits} × a paced commit of the bare store`,
      (run) => Math.max(p50.ms, p50.commits * (medianIn(run, pacedQuantity(0.5), 'machine') ?? 0)),
    ),
    atMostMeasured(
      'p99',
      'must',
      `the larger of ${p99.ms} ms, ${p99.flushes} × fdatasync p99 and ${p99.commits} × a paced commit's p99`,
      (run) => {
        const flushMs = medianIn(run, flushQuantity, 'machine') ?? 0;
        const commitMs = medianIn(run, pacedQuantity(0.99), 'machine') ?? 0;
        return Math.max(p99.ms, p99.flushes * flushMs, p99.commits * commitMs);
      },
    ),
    atMostMeasured('p99', 'goal', 'what JetStream default does', (run) => {
      return medianIn(run, 'p99', jetStream);
    }),
  ];
}

function pacedQuantity(share: number): string {
  return `paced commit of the bare store, p${share * 100}`;
}

function medianIn(measurement: Measurement, quantity: string, peer: string): number | undefined {
  const found = measurement.quantities.find(({ name }) => name === quantity);
  return found === undefined ? undefined : medianOf(found, peer);
}
