import { fetchAck } from './fetch-ack.ts';
import { IdleConnections } from './idle-connections.ts';
import { latency } from './latency.ts';
import { countGroups, createStations } from './many-stations.ts';
import { publish } from './publish.ts';
import { sdkFetch, sdkProduceAsync, sdkProduceOneByOne } from './sdk.ts';

/** Everything that a load process can be asked to do; made once per process. */
export function loadJobs() {
  const idle = new IdleConnections();
  return {
    publish,
    fetchAck,
    latency,
    createStations,
    countGroups,
    openIdleConnections: idle.open.bind(idle),
    releaseIdleConnections: idle.release.bind(idle),
    sdkProduceOneByOne,
    sdkProduceAsync,
    sdkFetch,
  };
}

/** Name of each job, with what it takes and gives. */
export type LoadJobs = ReturnType<typeof loadJobs>;
