import { existsSync, rmSync } from 'node:fs';
import { forgetTarget, localRecord } from '../config/index.ts';
import { findBrokers, stopProcess } from './broker-process.ts';
import type { StopTimeouts } from './broker-process.ts';
import { localHome } from './local-home.ts';

/** What a destroy hands to the program that takes the local broker away. */
export interface RemoveOrder {
  readonly stateDirectory: string;
  readonly keepData: boolean;
}

/**
 * Stops whatever runs in the home of a local broker and removes the home, or all of it but data and
 * root password. Does no harm when there is nothing left to do.
 */
export async function removeHome(
  { stateDirectory, keepData }: RemoveOrder,
  print: (line: string) => void,
  timeouts?: StopTimeouts,
): Promise<void> {
  const home = localHome(stateDirectory);
  const running = findBrokers(home);
  if (running.length === 0) print('No broker process is running');
  for (const broker of running) await stopProcess(broker, print, timeouts);

  if (keepData && existsSync(home.dataDirectory)) {
    rmSync(home.processFile, { force: true });
    rmSync(home.logFile, { force: true });
    rmSync(home.olderLogFile, { force: true });
    print(`Kept the data and the root password in ${home.directory} (KIT_KEEP_DATA)`);
    print('The next deploy of this environment goes on with them; npm run down removes them');
  } else {
    rmSync(home.directory, { recursive: true, force: true });
    print(`Removed ${home.directory}`);
  }
  forgetTarget(localRecord(stateDirectory), 'local');
}
