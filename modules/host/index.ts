export {
  ancestorNamed,
  commandOf,
  identify,
  isAlive,
  listenerOn,
  processesIn,
} from './process-table.ts';
export type { ProcessIdentity } from './process-table.ts';
