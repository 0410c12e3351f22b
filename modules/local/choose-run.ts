import { readBrokerRecord } from './broker-process.ts';
import type { LocalHome } from './local-home.ts';
import { isAlive } from '../host/index.ts';

/**
 * The name of the run that the broker of a home is in, or a new one when none is running.
 *
 * Terraform looks at its state, not at processes: after a reboot it would say "no changes". So the
 * run is among the triggers of `broker`: the same while its process lives, a new one when it died.
 */
export function chooseRun(home: LocalHome, now = new Date()): string {
  const record = readBrokerRecord(home);
  return record !== null && isAlive(record) ? record.run : now.toISOString();
}
