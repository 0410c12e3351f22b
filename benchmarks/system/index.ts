import type { Row } from '../harness/index.ts';
import { diskRow } from './disk.ts';
import { fetchAckRows } from './fetch-ack.ts';
import { firstMessageRow } from './first-message.ts';
import { latencyRows } from './latency.ts';
import { memoryRow } from './memory.ts';
import { nodeSdkRows } from './node-sdk.ts';
import { publishRows } from './publish.ts';
import { startRow } from './start.ts';
import { stationsRow } from './stations.ts';
import { synthRow } from './synth.ts';

/** Every row of the performance budget, in its order. */
export const rows: readonly Row[] = [
  ...publishRows,
  ...fetchAckRows,
  ...latencyRows,
  ...nodeSdkRows,
  startRow,
  memoryRow,
  diskRow,
  stationsRow,
  synthRow,
  firstMessageRow,
];
