export {
  ancestorNamed,
  commandOf,
  identify,
  isAlive,
  listenerOn,
  processesIn,
} from './process-table.ts';
export type { ProcessIdentity } from './process-table.ts';
export { lastLines, runProgram } from './run-program.ts';
export type { ProgramEnd, ProgramOptions } from './run-program.ts';
