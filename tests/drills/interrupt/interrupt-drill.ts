import { existsSync, readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Checkout, finished, freshEnvironment } from '../../integration/local-target/checkout.ts';
import type { Variables } from '../../integration/local-target/checkout.ts';
import { Dice, waitUntil } from '../../support/index.ts';
import type { Drill } from '../drill.ts';

/**
 * Goal: Ctrl-C at any moment of a deploy locks nothing and leaves nothing that destroy does not
 * remove.
 *
 * Method: a deploy is interrupted after a random time, as a terminal does it: SIGINT to the whole
 * process group. In turn, the round ends with a destroy, after which no process and no file may be
 * left, or with a deploy, after which the broker must run. The seed decides the times; the machine
 * decides what the deploy was doing.
 */
export const interruptDrill: Drill = {
  name: 'interrupt',
  goal: 'Ctrl-C at any moment of a deploy leaves nothing locked and nothing that destroy does not remove',
  unit: 'rounds',
  fullCount: 20,
  async run({ count, seed, say }) {
    const dice = new Dice(seed);
    const checkout = new Checkout('healthy');
    const environment = await freshEnvironment('drill');
    const faults: string[] = [];

    const startedAt = performance.now();
    await mustSucceed(checkout, 'deploy', environment, faults, 'the first deploy');
    const deployMs = performance.now() - startedAt;
    for (let round = 1; round <= count; round += 1) {
      // Another setting makes the interrupted deploy replace a broker where one runs.
      const variables = { ...environment, KIT_LOG_LEVEL: dice.pick(['info', 'debug', 'warn']) };
      const afterMs = dice.below(Math.ceil(deployMs * 1.2));
      await interrupt(checkout, variables, afterMs);
      const name = `round ${round} (interrupted after ${afterMs} ms)`;
      if (round % 2 === 0) {
        await mustSucceed(checkout, 'deploy', variables, faults, name);
        if (checkout.brokerPid('drill') === undefined) faults.push(`${name}: no broker runs`);
      } else {
        await mustSucceed(checkout, 'destroy', variables, faults, name);
        faults.push(...leftovers(checkout).map((left) => `${name}: ${left} is left`));
      }
      say(`${name}: ${faults.length} faults so far`);
    }
    await mustSucceed(checkout, 'destroy', environment, faults, 'the last destroy');
    faults.push(...leftovers(checkout).map((left) => `at the end: ${left} is left`));
    return { faults, facts: { 'ms of a deploy': Math.round(deployMs) } };
  },
};

async function interrupt(checkout: Checkout, variables: Variables, afterMs: number): Promise<void> {
  const deploy = checkout.startCdktf('deploy', variables);
  const ended = finished(deploy);
  await delay(afterMs); // the random moment itself, not a wait for something
  if (deploy.exitCode === null) process.kill(-(deploy.pid ?? 0), 'SIGINT');
  await ended;
  await waitUntil(() => checkout.processes().every((pid) => pid === checkout.brokerPid('drill')), {
    what: 'everything but the broker to end',
    timeoutMs: 60_000,
  });
}

async function mustSucceed(
  checkout: Checkout,
  verb: 'deploy' | 'destroy',
  variables: Variables,
  faults: string[],
  name: string,
): Promise<void> {
  const { code, output } = await checkout.cdktf(verb, variables);
  if (code !== 0) faults.push(`${name}: ${verb} ended with ${code}:\n${output}`);
}

function leftovers(checkout: Checkout): string[] {
  const folder = checkout.stateDirectory('drill');
  const files = existsSync(folder) ? readdirSync(folder) : [];
  return [
    ...checkout.processes().map((pid) => `process ${pid}`),
    ...files.filter((file) => !/^local\.tfstate(\.backup)?$/.test(file)),
  ];
}
