import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { atMost, LoadConnection, LoadProcess, monotonicMs, peerNames } from '../harness/index.ts';
import type { Facts, Row } from '../harness/index.ts';

const { jetStream } = peerNames;
const create = 'create';
const restart = 'restart';
const memory = 'memory per station with its group';
const KiB = 1024;

/** Many stations with one group each: to create, to find again after a restart, to hold in memory. */
export const stationsRow: Row = {
  id: 'stations',
  title: 'many stations with one group each',
  baselines: [jetStream],
  demands: [
    ...atMost(create, { must: 60, goal: 20 }),
    ...atMost(restart, { must: 5, goal: 2 }),
    ...atMost(memory, { must: 100, goal: 10 }),
  ],
  async measure(context, peers) {
    const { settleMs, stations } = context.preset;
    const load = await LoadProcess.start();
    const samples: Record<string, Record<string, number[]>> = {
      [create]: {},
      [restart]: {},
      [memory]: {},
    };
    const facts: Record<string, Facts> = {};
    const put = (quantity: string, peer: string, value: number): void => {
      (samples[quantity] as Record<string, number[]>)[peer] = [value];
    };
    const remarks: string[] = [];
    for (const [index, peer] of peers.entries()) {
      context.progress(peer.name);
      const directory = join(context.directory, `peer-${index}`);
      mkdirSync(directory);
      const first = await peer.start(directory);
      await delay(settleMs);
      const emptyBytes = first.process.memory.residentBytes;
      const job = {
        kind: peer.kind,
        stationCount: stations.count,
        concurrencyCount: stations.concurrencyCount,
      };
      const created = await load.run('createStations', { ...job, address: first.address });
      put(create, peer.name, created.seconds);
      await delay(settleMs);
      const createdKiB = (first.process.memory.residentBytes - emptyBytes) / stations.count / KiB;
      await first.process.stop();

      const startMs = monotonicMs();
      const second = await peer.start(directory);
      const connection = await LoadConnection.open(second.address);
      put(restart, peer.name, (monotonicMs() - startMs) / 1000);
      await connection.close();
      await delay(settleMs);
      const restartedKiB =
        (second.process.memory.residentBytes - emptyBytes) / stations.count / KiB;
      facts[peer.name] = await load.run('countGroups', { ...job, address: second.address });
      await second.process.stop();
      // The worse of the two: what creating left behind, or what a restart reads in.
      put(memory, peer.name, Math.max(createdKiB, restartedKiB));
      remarks.push(
        `${peer.name}: ${createdKiB.toFixed(1)} KiB per station after creating, ${restartedKiB.toFixed(1)} KiB after the restart.`,
      );
    }
    await load.stop();
    return {
      quantities: [
        { name: create, unit: 's', samples: samples[create] ?? {} },
        { name: restart, unit: 's', samples: samples[restart] ?? {} },
        { name: memory, unit: 'KiB', samples: samples[memory] ?? {} },
      ],
      facts,
      remarks: [
        `${stations.count.toLocaleString('en')} stations, ${stations.concurrencyCount} requests at a time, one sample.`,
        ...remarks,
      ],
    };
  },
};
