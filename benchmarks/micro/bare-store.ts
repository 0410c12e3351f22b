import { createRequire } from 'node:module';
import { join } from 'node:path';
import { measureFlushes, monotonicMs, settleDisk } from '../harness/index.ts';
import type { Quantity, RowContext } from '../harness/index.ts';

/** The part of lmdb that is used here. */
interface Lmdb {
  readonly open: (options: Record<string, unknown>) => {
    batch(work: () => void): Promise<boolean>;
    put(key: number, value: Buffer): Promise<boolean>;
    close(): Promise<void>;
  };
}

/** A message of 128 B with what an engine adds to it. */
const recordBytes = 160;

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
      name: 'bare LMDB commit of one record',
      unit: 'commits/s',
      samples: { machine: machine[0] ?? [] },
    },
    { name: 'bare fdatasync of 4 KiB', unit: 'commits/s', samples: { machine: machine[1] ?? [] } },
  ];
}

async function commitsPerSecond(context: RowContext, sample: number): Promise<number> {
  // The store of the broker that is measured, found where the broker finds it.
  const require = createRequire(join(context.root, 'broker/package.json'));
  const { open } = require('lmdb') as Lmdb;
  const store = open({
    path: join(context.directory, `bare-${sample}`),
    encoding: 'binary',
    keyEncoding: 'uint32',
    overlappingSync: false,
  });
  const record = Buffer.alloc(recordBytes, 7);
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
