import type { BrokerError } from '../../../broker/src/core/errors/index.ts';
import type { Settlement } from '../../../broker/src/core/delivery/index.ts';
import type {
  GroupChange,
  GroupStart,
  GroupState,
  GroupTarget,
} from '../../../broker/src/core/groups/index.ts';
import type { DeadLetter } from '../../../broker/src/core/dead-letters/index.ts';
import type {
  ExpectedLast,
  PartitionState,
  StationEngine,
} from '../../../broker/src/core/ports/index.ts';
import type { PartitionAddress, Station } from '../../../broker/src/core/stations/index.ts';
import { ManualTime } from '../../support/manual-time.ts';
import type { EngineAdapter, EngineHome, RunningEngine, StoreFaults } from './adapter.ts';
import { RecordedPull, batchOf } from './recorded-pull.ts';
import { RecordedReceipt } from './receipts.ts';

/** Pulls that may wait per group and partition, on every engine of the suite. */
export const waitingPullsMax = 512;

/** What memory stations may hold together, on every engine of the suite. */
export const memoryStationBytesMax = 16 * 1024 * 1024;

/** Where a test's first station has its messages, unless it says more. */
export const station1: PartitionAddress = { stationId: 1, partition: 1 };

const barrierStationId = 4_000_000;

/** How a message of a test differs from the plain one. */
export interface MessageOptions {
  readonly partition?: number;
  readonly stationId?: number;
  readonly id?: string;
  readonly headers?: Uint8Array;
  readonly expectedLast?: ExpectedLast;
  /** From now on until groups get it. */
  readonly delayMs?: number;
  readonly told?: (receipt: RecordedReceipt) => void;
}

/** An engine, its time, and short words for what the tests of the contract do with it. */
export class Bench {
  readonly time = new ManualTime();
  readonly fatalErrors: BrokerError[] = [];
  readonly fullErrors: BrokerError[] = [];
  readonly #adapter: EngineAdapter;
  #home: EngineHome;
  #running: RunningEngine | undefined;
  readonly #stations = new Map<number, Station>();

  private constructor(adapter: EngineAdapter, home: EngineHome) {
    this.#adapter = adapter;
    this.#home = home;
  }

  static async open(adapter: EngineAdapter): Promise<Bench> {
    const bench = new Bench(adapter, await adapter.createHome());
    await bench.#start();
    return bench;
  }

  get engine(): StationEngine {
    if (this.#running === undefined) throw new Error('The engine is closed');
    return this.#running.engine;
  }

  get faults(): StoreFaults {
    const faults = this.#running?.faults;
    if (faults === undefined) throw new Error('This adapter has no hold on its store');
    return faults;
  }

  /** Opens a station, or the one of that id with other settings. */
  async station(settings: Partial<Station> = {}): Promise<Station> {
    const id = settings.id ?? 1;
    const station: Station = {
      name: `station-${String(id)}`,
      partitionCount: 1,
      retention: { kind: 'age', ageMaxMs: 24 * 3_600_000 },
      storage: this.#adapter.storage,
      replicaCount: 1,
      dedupeWindowMs: 120_000,
      deadLetters: { undelivered: true, schemaFailures: true },
      deadLetterStation: null,
      schema: null,
      createdAtMs: this.time.wallMs(),
      createdBy: 'root',
      ...settings,
      id,
    };
    await this.engine.openStation(station);
    this.#stations.set(id, station);
    return station;
  }

  /** Forgets a station, so that a restart does not open it again. */
  async removeStation(stationId: number): Promise<void> {
    await this.engine.removeStation(stationId);
    this.#stations.delete(stationId);
  }

  async group(
    name: string,
    settings: Partial<GroupChange> = {},
    start: GroupStart = { kind: 'first' },
    stationId = 1,
  ): Promise<void> {
    const defaults = { ackTimeoutMs: 30_000, deliveryCountMax: 3 };
    await this.engine.putGroup(stationId, { ...defaults, ...settings, name }, start);
  }

  /** Starts an append; its receipt may have come already or may come later. */
  append(payload: string | Uint8Array, options: MessageOptions = {}): RecordedReceipt {
    const receipt = new RecordedReceipt(options.told);
    const headers = options.headers ?? new Uint8Array(0);
    const bytes = Buffer.concat([headers, Buffer.from(payload)]);
    this.engine.append(
      { stationId: options.stationId ?? 1, partition: options.partition ?? 1 },
      {
        message: bytes,
        headerBytes: headers.length,
        messageId: options.id,
        expectedLast: options.expectedLast,
        deliverAtMs:
          options.delayMs === undefined ? undefined : this.time.wallMs() + options.delayMs,
      },
      receipt,
    );
    bytes.fill(0xee); // the engine has its own copy when `append` returns
    return receipt;
  }

  /** Appends and waits; the sequence under which it was stored. */
  async store(payload: string | Uint8Array, options: MessageOptions = {}): Promise<number> {
    const outcome = await this.append(payload, options).arrived;
    if (outcome.kind === 'refused') throw outcome.error;
    return outcome.sequence;
  }

  async storeAll(payloads: readonly string[], options: MessageOptions = {}): Promise<number[]> {
    return Promise.all(payloads.map((payload) => this.store(payload, options)));
  }

  pull(
    group: string,
    batch: number,
    options: { bytesMax?: number; partition?: number; stationId?: number } = {},
    receiver = new RecordedPull(),
  ): RecordedPull {
    const address = { stationId: options.stationId ?? 1, partition: options.partition ?? 1 };
    const pull = this.engine.pull(address, group, batchOf(batch, options.bytesMax), receiver);
    return receiver.startedAs(pull);
  }

  /** Pulls what is there now and leaves; nothing waits after it. */
  async take(
    group: string,
    batch = 100,
    options: { partition?: number; stationId?: number } = {},
  ): Promise<RecordedPull> {
    const pull = this.pull(group, batch, options);
    await this.settled();
    if (pull.end === undefined) pull.cancel();
    return pull;
  }

  /** Settles and waits for the confirmation. */
  settle(
    group: string,
    sequence: number,
    settlement: Settlement,
    address: PartitionAddress = station1,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      this.engine.settle(address, group, sequence, settlement, (error) => {
        if (error === undefined) resolve();
        else reject(error);
      });
    });
  }

  ack(group: string, sequence: number, address: PartitionAddress = station1): Promise<void> {
    return this.settle(group, sequence, { kind: 'ack' }, address);
  }

  nack(group: string, sequence: number, delayMs = 0): Promise<void> {
    return this.settle(group, sequence, { kind: 'nack', delayMs });
  }

  /** Gives a message up without saying why, and waits for nothing. */
  term(group: string, sequence: number): void {
    this.engine.settle(station1, group, sequence, { kind: 'term', reason: undefined });
  }

  async partition(address: PartitionAddress = station1): Promise<PartitionState> {
    const state = await this.engine.partitionState(address);
    if (state === undefined) throw new Error('There is no such partition');
    return state;
  }

  async groupState(group: string, address: PartitionAddress = station1): Promise<GroupState> {
    const state = await this.engine.groupState(address, group);
    if (state === undefined) throw new Error(`There is no group ${group}`);
    return state;
  }

  /** Moves a group and waits; per partition, what would have come next and what comes next now. */
  async move(
    group: string,
    target: GroupTarget,
    partition?: number,
  ): Promise<readonly (readonly [number, number])[] | undefined> {
    const moves = await this.engine.moveGroup(1, group, target, partition);
    return moves?.map(({ fromSequence, toSequence }) => [fromSequence, toSequence] as const);
  }

  deadLetters(stationId = 1): Promise<readonly DeadLetter[]> {
    return this.engine.deadLetters(stationId, { afterId: 0, countMax: 1_000 });
  }

  async deadLetterCount(stationId = 1): Promise<number> {
    return (await this.engine.deadLetterTotals(stationId)).count;
  }

  /** Lets time pass; what it caused is on disk and delivered after it. */
  async advance(ms: number): Promise<void> {
    await this.time.advance(ms);
    await this.settled();
  }

  /** Resolves when all that was asked so far is on disk and its consequences have been handed out. */
  async settled(): Promise<void> {
    for (let round = 0; round < 2; round += 1) {
      const receipt = new RecordedReceipt();
      const message = { message: new Uint8Array(0), headerBytes: 0, messageId: undefined };
      this.engine.append({ stationId: barrierStationId, partition: 1 }, message, receipt);
      await receipt.arrived;
      await this.time.settled();
    }
  }

  /** Closes the engine and starts one on the same data, with the stations of the metadata. */
  async restart(): Promise<void> {
    await this.close();
    await this.#start();
  }

  /** The engine's process dies now; another one starts on what was on disk. */
  async kill(): Promise<void> {
    const left = await this.#home.copyAsAfterKill();
    await this.close();
    this.#home = left;
    await this.#start();
  }

  /** Closes the engine, once. */
  async close(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    running?.faults?.accept();
    running?.faults?.release();
    await running?.engine.close();
  }

  async #start(): Promise<void> {
    this.#running = await this.#home.start({
      clock: this.time,
      scheduler: this.time,
      onFatal: (error) => this.fatalErrors.push(error),
      onDeadLettersFull: (error) => this.fullErrors.push(error),
      waitingPullsMax,
      memoryStationBytesMax,
    });
    for (const station of this.#stations.values()) await this.engine.openStation(station);
    await this.#openBarrier();
  }

  /** A station of its own, so that the barrier's messages are in nobody's way. */
  async #openBarrier(): Promise<void> {
    await this.engine.openStation({
      id: barrierStationId,
      name: 'barrier',
      partitionCount: 1,
      retention: { kind: 'messages', countMax: 1 },
      storage: 'file',
      replicaCount: 1,
      dedupeWindowMs: 120_000,
      deadLetters: { undelivered: true, schemaFailures: true },
      deadLetterStation: null,
      schema: null,
      createdAtMs: 0,
      createdBy: 'root',
    });
  }
}
