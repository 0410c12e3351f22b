import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { atMost, LoadProcess, peerNames, sdkHeaders } from '../harness/index.ts';
import type { Facts, Row } from '../harness/index.ts';

const { jetStream } = peerNames;
const perMessage = 'allocated per message';

/** What a message takes on disk after a clean stop, with everything that is kept beside it. */
export const diskRow: Row = {
  id: 'disk',
  title: 'disk per 128 B message with the two headers of the SDK',
  baselines: [jetStream],
  demands: atMost(perMessage, { must: 300, goal: 200 }),
  async measure(context, peers) {
    const { diskMessageCount } = context.preset;
    const load = await LoadProcess.start();
    const samples: Record<string, number[]> = {};
    const facts: Record<string, Facts> = {};
    for (const [index, peer] of peers.entries()) {
      const directory = join(context.directory, `peer-${index}`);
      mkdirSync(directory);
      const publish = async (count: number): Promise<Facts> => {
        const { process, address } = await peer.start(directory);
        const outcome = await load.run('publish', {
          address,
          kind: peer.kind,
          station: 'disk',
          group: 'readers',
          publisherCount: 1,
          window: 4096,
          payloadBytes: 128,
          headers: sdkHeaders,
          span: { count },
        });
        await process.stop();
        return { lastSequence: outcome.lastSequence };
      };
      await publish(1);
      const beforeBytes = allocatedBytes(directory);
      facts[peer.name] = await publish(diskMessageCount);
      samples[peer.name] = [(allocatedBytes(directory) - beforeBytes) / diskMessageCount];
    }
    await load.stop();
    return {
      quantities: [{ name: perMessage, unit: 'bytes', samples }],
      facts,
      remarks: [
        `${diskMessageCount.toLocaleString('en')} messages, each 128 B and ${sdkHeaders.length + 2} B of header block; one sample.`,
      ],
    };
  },
};

/** Blocks that the file system has given to the files of a directory, whatever their length. */
function allocatedBytes(directory: string): number {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.reduce((sum, { parentPath, name }) => {
    return sum + statSync(join(parentPath, name)).blocks * 512;
  }, 0);
}
