import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { LoadProcess } from './load/index.ts';
import { settleDisk } from './machine.ts';
import type { Peer, RunningPeer } from './peers/index.ts';
import type { Facts, Quantity, RowContext } from './row.ts';
import type { ServerProcess } from './server-process.ts';

/** One number of one peer, with the facts that must agree. */
export interface Sample<T> {
  readonly value: T;
  readonly facts: Facts;
}

/** Samples of all peers. */
export interface Samples<T> {
  readonly values: Readonly<Record<string, readonly T[]>>;
  readonly facts: Readonly<Record<string, Facts>>;
}

/** How a row takes its samples. */
export interface RoundsPlan<T> {
  readonly sampleCount: number;
  readonly warmUpRoundCount: number;
  /** Measures once; `station` is a name that no other sample uses. */
  sample(target: RunningPeer, load: LoadProcess, station: string): Promise<Sample<T>>;
}

/**
 * Runs all peers side by side, each on its own directory, and samples them in turn.
 *
 * Peers alternate within a round and the first place moves on with each round, so that a machine
 * that slows down or speeds up does so for all of them. One load process serves all. What a sample
 * left unwritten is flushed before the next one starts, outside the measurement.
 */
export async function takeRounds<T>(
  context: RowContext,
  peers: readonly Peer[],
  plan: RoundsPlan<T>,
): Promise<Samples<T>> {
  const [load, ...running] = await Promise.all([
    LoadProcess.start(),
    ...peers.map(async (peer, index) => {
      const directory = join(context.directory, `peer-${index}`);
      mkdirSync(directory);
      return peer.start(directory);
    }),
  ]);
  const values = new Map<string, T[]>(peers.map((peer) => [peer.name, []]));
  const facts: Record<string, Facts> = {};
  const roundCount = plan.warmUpRoundCount + plan.sampleCount;
  for (let round = 0; round < roundCount; round += 1) {
    for (let place = 0; place < running.length; place += 1) {
      const target = running[(place + round) % running.length] as RunningPeer;
      settleDisk(context.directory);
      const sample = await plan.sample(target, load, `round${round}`);
      assertSame(target.peer.name, facts[target.peer.name], sample.facts);
      facts[target.peer.name] = sample.facts;
      if (round >= plan.warmUpRoundCount) values.get(target.peer.name)?.push(sample.value);
    }
  }
  await Promise.all([load.stop(), ...running.map(async ({ process }) => process.stop())]);
  return { values: Object.fromEntries(values), facts };
}

/** A rate, and what the server's processor paid for it: the second is steadier on a busy machine. */
export interface RateSample {
  readonly messagesPerSecond: number;
  readonly processorMicroseconds: number;
}

/** The two quantities of such samples; the first bears the given name. */
export function rateQuantities(
  name: string,
  values: Samples<RateSample>['values'],
): readonly Quantity[] {
  const of = (pick: (sample: RateSample) => number): Record<string, readonly number[]> =>
    Object.fromEntries(Object.entries(values).map(([peer, all]) => [peer, all.map(pick)]));
  return [
    { name, unit: 'messages/s', samples: of((sample) => sample.messagesPerSecond) },
    {
      name: 'processor time of the server per message',
      unit: 'µs',
      samples: of((sample) => sample.processorMicroseconds),
    },
  ];
}

/** Processor time that the server took for `work`, shared out over its messages. */
export async function withProcessorTime<T>(
  server: ServerProcess,
  work: () => Promise<T>,
  messageCount: (outcome: T) => number,
): Promise<{ readonly outcome: T; readonly processorMicroseconds: number }> {
  const before = server.processorSeconds;
  const outcome = await work();
  const seconds = server.processorSeconds - before;
  return { outcome, processorMicroseconds: (seconds / messageCount(outcome)) * 1e6 };
}

function assertSame(peer: string, earlier: Facts | undefined, now: Facts): void {
  if (earlier === undefined || JSON.stringify(earlier) === JSON.stringify(now)) return;
  throw new Error(
    `${peer} counted ${JSON.stringify(now)}, and ${JSON.stringify(earlier)} in an earlier sample`,
  );
}
