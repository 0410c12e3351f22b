import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { startBroker } from '../../support/index.ts';
import { PartitionCheck } from './check-partition.ts';
import type { Tally } from './check-partition.ts';
import { DrillClient } from '../client/drill-client.ts';
import { promisesAt } from './promises.ts';
import type { PromisedStation } from './promises.ts';
import type { Recording } from './record-load.ts';
import type { DiskImage } from './recorded-disk.ts';

const replyPrefix = '_INBOX.check.';

/**
 * Starts a broker on an image and holds it to what had been promised when power went, with the record
 * `index`. Returns what was broken; nothing when every promise was kept.
 */
export async function checkImage(
  dataDir: string,
  image: DiskImage,
  recording: Recording,
  index: number,
  tally: Tally,
): Promise<string[]> {
  for (const [path, bytes] of image.files) {
    mkdirSync(dirname(join(dataDir, path)), { recursive: true });
    writeFileSync(join(dataDir, path), bytes, { mode: 0o600 });
  }
  let broker;
  try {
    broker = await startBroker({ dataDir });
  } catch (error) {
    return [`the broker does not start: ${String(error)}`];
  }
  const stations = promisesAt(recording.journal, recording.answers, index);
  const isKnown = stations.some(({ existence }) => existence !== 'open');
  // Whoever had an answer had signed on, so from then on the password is the one that was used.
  const password = isKnown ? recording.rootPassword : broker.rootPassword;
  const broken: string[] = [];
  try {
    const client = await DrillClient.connect(broker.clientPort, password, replyPrefix);
    for (const station of stations)
      broken.push(...(await checkStation(client, station, recording, tally)));
    await client.close();
    const { code, signal } = await broker.stop();
    if (code !== 0) broken.push(`the broker ended with ${signal ?? `exit code ${String(code)}`}`);
  } catch (error) {
    broken.push(`the check could not be finished: ${String(error)}`);
  } finally {
    await broker.kill9();
  }
  return broken;
}

async function checkStation(
  client: DrillClient,
  station: PromisedStation,
  recording: Recording,
  tally: Tally,
): Promise<string[]> {
  if (station.existence === 'open') return [];
  const broken: string[] = [];
  for (const partition of station.partitions) {
    const check = new PartitionCheck(
      client,
      replyPrefix,
      station,
      partition,
      recording.journal,
      tally,
    );
    const isThere = await check.isThere();
    if (isThere !== (station.existence === 'promised')) {
      broken.push(`${check.stream} is ${isThere ? 'there, though destroyed' : 'missing'}`);
    } else if (isThere) {
      broken.push(...(await check.run()));
    }
  }
  return broken;
}
