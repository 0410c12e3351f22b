import { setTimeout as delay } from 'node:timers/promises';
import { Dice, startBroker, waitUntil } from '../../support/index.ts';
import type { Drill, DrillRequest, DrillResult } from '../drill.ts';
import { Ledger } from '../load/ledger.ts';
import { confirmingGroup, Load, sdkGroup } from '../load/load.ts';

/**
 * Goal: a `kill -9` of the broker at any moment takes nothing that was acknowledged.
 *
 * Method: under a load that does not pause, the broker is killed after a random time and started
 * again on its data, round after round. At the end everything is read back and compared with what
 * was promised: no acknowledged message missing, none stored twice under its id, each where its ack
 * said, in the order of the acks; no message redelivered whose ack had been confirmed; every stored
 * message delivered to each group. The seed decides the times and the messages; the machine decides
 * what the broker was doing, so a replay comes close and is not the same.
 */
export const killDrill: Drill = {
  name: 'kill',
  goal: 'a kill -9 of the broker at any moment takes nothing that was acknowledged',
  unit: 'rounds',
  fullCount: 30,
  run,
};

async function run({ count: rounds, seed, say }: DrillRequest): Promise<DrillResult> {
  const dice = new Dice(seed);
  const broker = await startBroker();
  const ledger = new Ledger();
  const load = new Load(broker, ledger, dice, { window: 60, ackTimeoutMs: 3_000 });
  await load.start();
  for (let round = 1; round <= rounds; round += 1) {
    const { ackedCount, confirmedCount } = ledger;
    await waitUntil(
      () => ledger.ackedCount > ackedCount + 300 && ledger.confirmedCount > confirmedCount + 100,
      { what: `traffic before kill ${String(round)}`, timeoutMs: 30_000 },
    );
    await delay(dice.below(600)); // the random moment itself, not a wait for something
    await broker.kill9();
    load.connectionsLost();
    await broker.start();
    say(`round ${String(round)} of ${String(rounds)}: ${String(ledger.ackedCount)} acknowledged`);
  }
  await load.finish();
  const stored = await load.readAll();
  ledger.check(stored);
  ledger.checkSeen(confirmingGroup, stored);
  const faults = ledger.checkSeen(sdkGroup, stored);
  await broker.stop();
  return {
    faults,
    facts: {
      acknowledged: ledger.ackedCount,
      stored: stored.length,
      confirmed: ledger.confirmedCount,
    },
  };
}
