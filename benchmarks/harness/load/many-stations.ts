import { groupInfoRequest, LoadConnection } from '../wire/index.ts';
import type { PeerKind, ServerAddress } from '../wire/index.ts';
import { monotonicMs } from './monotonic-ms.ts';
import { prepareStation } from './prepare-station.ts';

/** Stations to create, each with one group. */
export interface ManyStationsJob {
  readonly address: ServerAddress;
  readonly kind: PeerKind;
  readonly stationCount: number;
  /** Stations that are being created at the same time. */
  readonly concurrencyCount: number;
}

const group = 'readers';

/** Seconds that creating all stations and groups took. */
export async function createStations(job: ManyStationsJob): Promise<{ readonly seconds: number }> {
  const connection = await LoadConnection.open(job.address);
  const startMs = monotonicMs();
  await forEachStation(job, async (station) => {
    await prepareStation(connection, job.kind, { station, group });
  });
  const seconds = (monotonicMs() - startMs) / 1000;
  await connection.close();
  return { seconds };
}

/** How many of the stations have their group: asked one by one, after a restart. */
export async function countGroups(job: ManyStationsJob): Promise<{ readonly groupCount: number }> {
  const connection = await LoadConnection.open(job.address);
  const found = { count: 0 };
  await forEachStation(job, async (station) => {
    const { subject, payload } = groupInfoRequest(station, group);
    const answer = JSON.parse(await connection.request(subject, payload)) as { name?: string };
    if (answer.name === group) found.count += 1;
  });
  await connection.close();
  return { groupCount: found.count };
}

async function forEachStation(
  job: ManyStationsJob,
  work: (station: string) => Promise<void>,
): Promise<void> {
  const next = { index: 0 };
  const lane = async (): Promise<void> => {
    while (next.index < job.stationCount) {
      const station = `many${next.index}`;
      next.index += 1;
      await work(station);
    }
  };
  await Promise.all(Array.from({ length: job.concurrencyCount }, lane));
}
