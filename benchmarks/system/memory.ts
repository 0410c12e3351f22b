import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { atMost, LoadProcess, peerNames } from '../harness/index.ts';
import type { Row } from '../harness/index.ts';

const { jetStream } = peerNames;
const idle = 'idle';
const perConnection = 'per idle connection';
const MB = 1e6;
const KiB = 1024;

/** Resident memory of a broker that has nothing to do, and what each idle connection adds. */
export const memoryRow: Row = {
  id: 'memory',
  title: 'resident memory, idle',
  baselines: [jetStream],
  demands: [
    ...atMost(idle, { must: 150, goal: 100 }),
    ...atMost(perConnection, { must: 50, goal: 20 }),
  ],
  async measure(context, peers) {
    const { connectionCount, sampleCount, settleMs } = context.preset;
    const load = await LoadProcess.start();
    const idleMB: Record<string, number[]> = {};
    const connectionKiB: Record<string, number[]> = {};
    const facts: Record<string, { connections: number }> = {};
    const anonymous: string[] = [];
    for (let sample = 0; sample < sampleCount; sample += 1) {
      for (const [index, peer] of peers.entries()) {
        const directory = join(context.directory, `peer-${index}-${sample}`);
        mkdirSync(directory);
        const { process, address } = await peer.start(directory);
        await delay(settleMs);
        const before = process.memory;
        const { openCount } = await load.run('openIdleConnections', { address, connectionCount });
        await delay(settleMs);
        const after = process.memory;
        await load.run('releaseIdleConnections');
        await process.stop();
        const addedBytes = (after.residentBytes - before.residentBytes) / connectionCount;
        (idleMB[peer.name] ??= []).push(before.residentBytes / MB);
        (connectionKiB[peer.name] ??= []).push(addedBytes / KiB);
        facts[peer.name] = { connections: openCount };
        if (sample === 0) {
          anonymous.push(`${peer.name} ${(before.anonymousBytes / MB).toFixed(0)} MB`);
        }
      }
    }
    await load.stop();
    return {
      quantities: [
        { name: idle, unit: 'MB', samples: idleMB },
        { name: perConnection, unit: 'KiB', samples: connectionKiB },
      ],
      facts,
      remarks: [
        `VmRSS, that is with pages of the program file and of mapped data. Without them: ${anonymous.join(', ')}. ${connectionCount.toLocaleString('en')} connections, each with one subscription.`,
      ],
    };
  },
};
