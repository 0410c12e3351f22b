import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { measureFlushes, monotonicMs, settleDisk } from '../harness/index.ts';
import type { Quantity, RowContext } from '../harness/index.ts';

/** The part of lmdb that is used here. */
interface Lmdb {
  readonly open: (options: Record<string, unknown>) => BareStore;
}

interface BareStore {
  batch(work: () => void): Promise<boolean>;
  put(key: number, value: Buffer): Promise<boolean>;
  close(): Promise<void>;
}

/** A message of 128 B with what an engine adds to it. */
const record = Buffer.alloc(160, 7);

/** What `measureBareStore` measures. */
export const bareCommits = 'bare LMDB commit of one record';

/**
 * The floor under a publish that waits for its ack: one commit of the store with one record, one
 * after the other, and one fdatasync of the same disk. No socket, no protocol, no engine.
 */
export async function measureBareStore(context: RowContext): Promise<readonly Quantity[]> {
  const { preset, directory } = context;
  const machine: number[][] = [[], []];
  for (let sample = 0; sample < preset.sampleCount; sample += 1) {
    settleDisk(directory);
    machine[0]?.push(await commitsPerSecond(context, sample));
    const flushes = measureFlushes(directory, preset.flushCount);
    machine[1]?.push((flushes.length / flushes.reduce((sum, ms) => sum + ms, 0)) * 1000);
  }
  return [
    {
      name: bareCommits,
      unit: 'commits/s',
      samples: { machine: machine[0] ?? [] },
    },
    { name: 'bare fdatasync of 4 KiB', unit: 'commits/s', samples: { machine: machine[1] ?? [] } },
  ];
}

/**
 * The floor under the latency of a message that is delivered once it is on disk: how long records
 * wait that come at a fixed rate, each sharing a commit with what came while the one before was on
 * its way. Unlike commits one after the other, it contains what it costs a machine to wake up for
 * each. A timer that fires late does not count.
 *
 * @returns milliseconds, one per record
 */
export async function measurePacedCommits(
  context: RowContext,
  load: { readonly messagesPerSecond: number; readonly count: number },
): Promise<readonly number[]> {
  const store = openBareStore(context, 'paced');
  const intervalMs = 1000 / load.messagesPerSecond;
  const latencies: number[] = [];
  const startMs = monotonicMs();
  let wokenMs = 0;
  let key = 0;
  while (key < load.count) {
    const elapsedMs = monotonicMs() - startMs;
    const dueCount = Math.min(Math.ceil(elapsedMs / intervalMs), load.count);
    if (dueCount === key) {
      await new Promise((resolve) =>
        setTimeout(resolve, Math.max(key * intervalMs - elapsedMs, 1)),
      );
      wokenMs = monotonicMs() - startMs;
      continue;
    }
    const first = key;
    await store.batch(() => {
      for (; key < dueCount; key += 1) void store.put(key, record);
    });
    const doneMs = monotonicMs() - startMs;
    for (let index = first; index < dueCount; index += 1) {
      latencies.push(doneMs - Math.max(index * intervalMs, wokenMs));
    }
  }
  await store.close();
  rmSync(join(context.directory, 'paced'), { force: true, recursive: true });
  return latencies;
}

async function commitsPerSecond(context: RowContext, sample: number): Promise<number> {
  const store = openBareStore(context, `bare-${sample}`);
  const start = monotonicMs();
  for (let key = 0; key < context.preset.flushCount; key += 1) {
    await store.batch(() => {
      void store.put(key, record);
    });
  }
  const elapsedMs = monotonicMs() - start;
  await store.close();
  return (context.preset.flushCount / elapsedMs) * 1000;
}

/** The store of the broker that is measured, found where the broker finds it, and opened as it does. */
function openBareStore({ root, directory }: RowContext, name: string): BareStore {
  const require = createRequire(join(root, 'broker/package.json'));
  const { open } = require('lmdb') as Lmdb;
  return open({
    path: join(directory, name),
    encoding: 'binary',
    keyEncoding: 'uint32',
    overlappingSync: false,
    eventTurnBatching: false,
  });
}
