import { startBroker } from '../../support/index.ts';
import type { BrokerProcess, BrokerProcessOptions } from '../../support/index.ts';
import { callWitness } from './witness.ts';
import type { Witness } from './witness.ts';

/** The real broker with a witness at work on it. */
export class WatchedBroker {
  readonly broker: BrokerProcess;
  readonly witness: Witness;
  readonly #pid: number;

  constructor(broker: BrokerProcess, witness: Witness) {
    this.broker = broker;
    this.witness = witness;
    this.#pid = broker.pid;
  }

  /**
   * The last test of every file here: the process is the same one and healthy, nothing in it failed
   * unforeseen, and the witness got every message once, in order, undisturbed. Not an `afterAll`:
   * the broker is taken away before it.
   */
  async expectUnharmed(): Promise<void> {
    const { producedCount, consumed, disturbances } = await this.witness.testify();
    expect(disturbances).toEqual([]);
    expect(producedCount).toBeGreaterThan(0);
    expect(consumed).toEqual(Array.from({ length: producedCount }, (_, index) => index + 1));

    expect(this.broker.pid).toBe(this.#pid);
    const health = await fetch(`http://127.0.0.1:${this.broker.monitoringPort}/healthz`);
    expect(health.status).toBe(200);
    expect(this.broker.log.filter((line) => Number(line['level']) >= 50)).toEqual([]);
    expect(this.broker.stderr).toBe('');
    expect(await this.broker.stop()).toEqual({ code: 0, signal: null });
  }
}

/** Starts a broker of its own for a test file, with a witness. */
export async function startWatchedBroker(
  options: BrokerProcessOptions = {},
): Promise<WatchedBroker> {
  const broker = await startBroker(options);
  return new WatchedBroker(broker, await callWitness(broker));
}
