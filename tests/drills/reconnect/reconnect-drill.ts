import { fork } from 'node:child_process';
import { registerRelease, startBroker, waitUntil } from '../../support/index.ts';
import type { Drill, DrillRequest, DrillResult } from '../drill.ts';
import type { ClientCounts } from './persistent-client.ts';

/** How long all of them may take to come back; each tries about every 1.5 s. */
const backWithinMs = 60_000;

/**
 * Goal: after a restart, clients that come back all at once are let in, and none gives up.
 *
 * Method: as many connections as asked for, logged in with a password, from another process; the
 * broker is stopped by SIGTERM and started again, then killed and started again. Each client has what an SDK has: 2 s to be
 * let in, a try every 1.5 to 1.6 s, and two refused logins in a row end it.
 */
export const reconnectDrill: Drill = {
  name: 'reconnect',
  goal: 'clients that all come back at once after a restart are let in, and none gives up',
  unit: 'clients',
  fullCount: 5_000,
  run,
};

async function run({ count, say }: DrillRequest): Promise<DrillResult> {
  const broker = await startBroker();
  const counts: ClientCounts = { connected: 0, attempts: 0, timeouts: 0, authErrors: 0, gaveUp: 0 };
  const child = fork(new URL('./persistent-clients-main.ts', import.meta.url), {
    execArgv: ['--import', 'tsx'],
  });
  registerRelease(() => {
    child.kill('SIGKILL');
  });
  child.on('message', (now: ClientCounts) => Object.assign(counts, now));
  const { clientPort: port, rootPassword: password } = broker;
  child.send({ port, password, user: 'root', count });

  const faults: string[] = [];
  const facts: Record<string, number> = { clients: count };
  const allIn = async (what: string): Promise<void> => {
    const startMs = performance.now();
    const before = { ...counts };
    await waitUntil(() => counts.connected === count || counts.gaveUp > 0, {
      what: `${String(count)} clients to be in ${what}`,
      timeoutMs: backWithinMs,
    }).catch((error: unknown) => faults.push(String(error)));
    const seconds = (performance.now() - startMs) / 1000;
    const attempts = counts.attempts - before.attempts;
    say(
      `${what}: ${String(counts.connected)} of ${String(count)} in after ${seconds.toFixed(1)} s, ${String(attempts)} attempts`,
    );
    facts[`seconds ${what}`] = Math.round(seconds * 10) / 10;
    facts[`attempts ${what}`] = attempts;
  };
  await allIn('at first');
  await broker.stop();
  await waitUntil(() => counts.connected === 0, { what: 'all to be out', timeoutMs: 10_000 });
  await broker.start();
  await allIn('after a stop');
  await broker.kill9();
  await waitUntil(() => counts.connected === 0, { what: 'all to be out', timeoutMs: 10_000 });
  await broker.start();
  await allIn('after a kill');
  child.disconnect();
  const { timeouts, authErrors, gaveUp } = counts;
  if (gaveUp > 0) faults.push(`${String(gaveUp)} clients gave up`);
  if (authErrors > 0) faults.push(`${String(authErrors)} logins were refused`);
  await broker.stop();
  return { faults, facts: { ...facts, timeouts } };
}
