import { mkdirSync } from 'node:fs';
import type { Msg } from '@nats-io/transport-node';
import { Dice, startBroker, waitUntil } from '../../support/index.ts';
import type { BrokerProcess } from '../../support/index.ts';
import { DrillClient } from '../client/drill-client.ts';
import type { Delivery } from '../client/drill-client.ts';
import { joinRequest, stationRequest } from '../client/requests.ts';
import type { SmallDisk } from './small-disk.ts';

const prefix = '_INBOX.disk.';
const stream = 'orders$1';
const group = 'billing';

/** What a publish was answered with. */
interface PublishAnswer {
  readonly seq: number;
  readonly error?: {
    readonly code: number;
    readonly err_code: number;
    readonly description: string;
  };
}

/** What was seen while the disk was full, before and after. */
export interface FullDisk {
  readonly diskKind: string;
  readonly faults: readonly string[];
  readonly acknowledgedCount: number;
  readonly refusedCount: number;
  readonly ackCount: number;
  readonly cycleCount: number;
}

/**
 * Fills the disk under a working broker, holds it to its promises, gives the room back, and in the end
 * starts it again; `cycleCount` times, each with its kind of restart.
 */
export async function fillDisk(
  disk: SmallDisk,
  { cycleCount, seed }: { readonly cycleCount: number; readonly seed: number },
): Promise<FullDisk> {
  mkdirSync(disk.dataDir);
  const broker = await startBroker({ dataDir: disk.dataDir, env: disk.env });
  const run = new FullDiskRun(disk, broker, new Dice(seed));
  try {
    return await run.run(cycleCount);
  } catch (cause) {
    throw new Error(`The full disk was too much. The broker said: ${broker.stderr}`, { cause });
  }
}

class FullDiskRun {
  readonly #disk: SmallDisk;
  readonly #broker: BrokerProcess;
  readonly #dice: Dice;
  readonly #faults: string[] = [];
  /** Payloads of acknowledged messages by sequence. */
  readonly #acknowledged = new Map<number, Buffer>();
  readonly #acked = new Set<number>();
  #refusedCount = 0;
  #askCount = 0;
  #client!: DrillClient;

  constructor(disk: SmallDisk, broker: BrokerProcess, dice: Dice) {
    this.#disk = disk;
    this.#broker = broker;
    this.#dice = dice;
  }

  async run(cycleCount: number): Promise<FullDisk> {
    await this.#connect();
    const plan = { name: 'orders', partitionCount: 1, retention: 'age' } as const;
    await this.#ask('$memphis_station_creations', stationRequest(plan));
    await this.#join(group);
    for (let cycle = 0; cycle < cycleCount; cycle += 1) await this.#cycle(cycle);
    await this.#client.close();
    const { code } = await this.#broker.stop();
    if (code !== 0) this.#faults.push(`the broker ended with exit code ${String(code)}`);
    return {
      diskKind: this.#disk.kind,
      faults: this.#faults,
      acknowledgedCount: this.#acknowledged.size,
      refusedCount: this.#refusedCount,
      ackCount: this.#acked.size,
      cycleCount,
    };
  }

  async #cycle(cycle: number): Promise<void> {
    for (let count = 0; count < 20; count += 1) await this.#publish(1 + this.#dice.below(4_000));
    const deliveries = await this.#client.pull(stream, group, 10);
    if (deliveries.length !== 10) this.#faults.push('new messages are not delivered');

    // While there is room: a full disk has none for a new group.
    const witness = `witness-${String(cycle)}`;
    await this.#join(witness);
    this.#disk.fill();
    await waitUntil(() => this.#isRefused(), { timeoutMs: 60_000, what: 'a refused publish' });
    if (cycle % 2 === 1) await this.#killAndStart('while the disk is full');
    await this.#readEverything(witness, 'while the disk is full');
    // Confirmed at once where the store finds room in what it has, else when there is room again.
    const acks = this.#ack(deliveries);
    await this.#client.flush();

    this.#disk.free();
    await acks;
    await waitUntil(async () => !(await this.#isRefused()), {
      timeoutMs: 30_000,
      what: 'a publish to be taken when there is room again',
    });
    await this.#killAndStart('with room again');
    const late = `late-${String(cycle)}`;
    await this.#join(late);
    await this.#readEverything(late, 'after the restart');
    await this.#lookForAcked();
  }

  async #connect(): Promise<void> {
    const { clientPort, rootPassword } = this.#broker;
    this.#client = await DrillClient.connect(clientPort, rootPassword, prefix);
  }

  async #killAndStart(when: string): Promise<void> {
    await this.#client.close();
    await this.#broker.kill9();
    await this.#broker.start().catch((error: unknown) => {
      throw new Error(`The broker does not start ${when}`, { cause: error });
    });
    await this.#connect();
  }

  #ask(subject: string, payload: Uint8Array | string = ''): Promise<Msg> {
    this.#askCount += 1;
    return this.#client.ask(subject, `${prefix}${String(this.#askCount)}`, payload);
  }

  async #publish(payloadBytes: number): Promise<PublishAnswer> {
    const payload = this.#dice.bytes(payloadBytes);
    const answer = (await this.#ask(`${stream}.final`, payload)).json<PublishAnswer>();
    if (answer.error === undefined) this.#acknowledged.set(answer.seq, payload);
    return answer;
  }

  async #isRefused(): Promise<boolean> {
    const { error } = await this.#publish(20_000);
    if (error === undefined) return false;
    this.#refusedCount += 1;
    const isSaid = error.code === 503 && error.err_code === 10023;
    if (!isSaid || !error.description.startsWith('insufficient resources')) {
      this.#faults.push(`a refused publish was answered with ${JSON.stringify(error)}`);
    }
    return true;
  }

  async #join(name: string): Promise<void> {
    const answer = await this.#ask('$memphis_consumer_creations', joinRequest('orders', name));
    const { error } = answer.json<{ error: string }>();
    if (error !== '') this.#faults.push(`the group ${name} was not made: ${error}`);
  }

  /** Through a group that has read nothing yet: what was acknowledged comes as it was sent, and nothing else. */
  async #readEverything(reader: string, when: string): Promise<void> {
    const found = new Map<number, Uint8Array>();
    for (const { sequence, payload } of await this.#client.pullAll(stream, reader)) {
      found.set(sequence, payload);
    }
    for (const [sequence, payload] of this.#acknowledged) {
      const stored = found.get(sequence);
      if (stored !== undefined && payload.equals(stored)) continue;
      this.#faults.push(
        `${when}, message ${String(sequence)} is ${stored ? 'another' : 'missing'}`,
      );
    }
    if (found.size !== this.#acknowledged.size) {
      const count = `${String(found.size)} of ${String(this.#acknowledged.size)}`;
      this.#faults.push(`${when}, ${count} messages are there`);
    }
  }

  async #ack(deliveries: readonly Delivery[]): Promise<void> {
    await Promise.all(
      deliveries.map(async ({ sequence, reply }) => {
        await this.#ask(reply, '+ACK');
        this.#acked.add(sequence);
      }),
    );
  }

  /** What was confirmed as acked does not come again, not even when it is asked for. */
  async #lookForAcked(): Promise<void> {
    for (const sequence of this.#acked) {
      this.#client.tell(`$JS.ACK.${stream}.${group}.1.${String(sequence)}.1.1.0`, '-NAK');
    }
    await this.#client.flush();
    const again = await this.#client.pullAll(stream, group);
    for (const { sequence } of again.filter((delivery) => this.#acked.has(delivery.sequence))) {
      this.#faults.push(`message ${String(sequence)} comes again, though its ack was confirmed`);
    }
    await this.#ack(again);
  }
}
