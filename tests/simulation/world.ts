import { headerBlocks } from '../../broker/src/codecs/nats/index.ts';
import type { GroupSettings } from '../../broker/src/core/groups/index.ts';
import { LocalEngine } from '../../broker/src/core/local-engine/index.ts';
import type { OrderedStore, StationEngine } from '../../broker/src/core/ports/index.ts';
import type { Station } from '../../broker/src/core/stations/index.ts';
import type { Cancel } from '../../broker/src/foundation/index.ts';
import { Dice } from '../support/dice.ts';
import { drawnRetention } from './drawn-retention.ts';
import { Journal } from './journal.ts';
import { Member } from './member.ts';
import { keyHeader, Producer } from './producer.ts';
import { SimulatedDisk } from './simulated-disk.ts';
import type { DiskDefects } from './simulated-disk.ts';
import type { Surroundings } from './surroundings.ts';
import { ProcessScheduler, VirtualTime } from './virtual-time.ts';

/** Rules to break on purpose, so that one can see the invariants find it. */
export interface Defects {
  readonly disk?: DiskDefects;
  /** Wraps the engine in one that does not keep its contract. */
  readonly engine?: (engine: StationEngine) => StationEngine;
}

/** Virtual time in which faults happen, and the time after it in which everything has to end. */
const turmoilMs = 2_000;
const endingMs = 120_000;
const hourMs = 3_600_000;

/** Events between two turns of the event loop. */
const stepsPerTurn = 1_000;

/** Steps of the microtask queue that the longest chain of promises in the engine needs. */
const promiseSteps = 24;

/**
 * One machine, one broker process after the other, producers and members: everything that happens follows
 * from the seed. No socket, no timer and no clock of the real machine takes part.
 */
export class World implements Surroundings {
  readonly journal = new Journal();
  readonly station: Station;
  readonly isKeyed: boolean;
  readonly isDelaying: boolean;
  readonly #time = new VirtualTime();
  readonly #dice: Dice;
  readonly #defects: Defects;
  readonly #disk: SimulatedDisk;
  readonly #groups: readonly GroupSettings[];
  readonly #producers: readonly Producer[];
  readonly #members: readonly Member[];
  #process:
    | {
        readonly engine: StationEngine;
        readonly store: OrderedStore;
        readonly scheduler: ProcessScheduler;
      }
    | undefined;
  /** What is to happen between two events, because it waits for promises. */
  #pending: (() => Promise<void>) | undefined;
  #isPurged = false;
  #stepCount = 0;
  isEnding = false;
  isStorming = false;

  constructor(seed: number, defects: Defects) {
    const dice = new Dice(seed);
    this.#dice = dice;
    this.#defects = defects;
    this.#disk = new SimulatedDisk(this.#time, dice, defects.disk ?? {});
    this.station = {
      id: 1,
      name: 'station',
      partitionCount: 1 + dice.below(3),
      retention: drawnRetention(dice),
      storage: seed % 5 === 0 ? 'memory' : 'file',
      replicaCount: 1,
      dedupeWindowMs: 24 * hourMs,
      deadLetters: { undelivered: true, schemaFailures: true },
      deadLetterStation: null,
      schema: null,
      createdAtMs: this.#time.wallMs(),
      createdBy: 'root',
    };
    this.isKeyed = seed % 3 === 1;
    this.isDelaying = seed % 4 === 2;
    // By age nothing goes within a run.
    const { kind } = this.station.retention;
    this.journal.keepsUnsettled = !this.#isInMemory && (kind === 'age' || kind === 'acked');
    this.#groups = Array.from({ length: 1 + dice.below(3) }, (_, index) => ({
      name: `group-${index}`,
      ackTimeoutMs: 50 + dice.below(500),
      deliveryCountMax: 1 + dice.below(4),
      backoffMs: dice.once(3) ? [1 + dice.below(100), 1 + dice.below(1_000)] : [],
      keyHeader: this.isKeyed && index % 2 === 0 ? keyHeader : null,
    }));
    this.#producers = Array.from(
      { length: 1 + dice.below(4) },
      (_, index) => new Producer(`p${index}`, this, dice),
    );
    this.#members = this.#groups.flatMap((group) =>
      Array.from({ length: 1 + dice.below(4) }, () => new Member(group, this, dice)),
    );
  }

  get engine(): StationEngine | undefined {
    return this.#process?.engine;
  }

  wallMs(): number {
    return this.#time.wallMs();
  }

  later(delayMs: number, happen: () => void): Cancel {
    return this.#time.after(delayMs, happen);
  }

  /** Runs from the first message to the last check; throws a `Violation` when a promise was broken. */
  async run(): Promise<void> {
    await this.#startProcess();
    for (const group of this.#groups) {
      const created = this.engine?.putGroup(1, group, { kind: 'first' });
      await this.#until(created);
    }
    for (const producer of this.#producers) producer.start();
    for (const member of this.#members) member.start();
    this.#planFaults();
    await this.#runUntil(turmoilMs);
    this.isEnding = true;
    this.isStorming = false;
    this.#disk.isFull = false;
    // Somebody sets the clock right, or what is delayed would come hours later.
    const behindMs = this.journal.delays.latestWallMs - this.wallMs();
    if (this.isDelaying && behindMs > 0) this.#shiftWall(behindMs);
    this.journal.trace('ending');
    await this.#runUntil(turmoilMs + 2_000);
    await this.#drain();
    await this.#check();
  }

  async #runUntil(endMs: number): Promise<void> {
    while (this.#time.nowMs < endMs) await this.#step();
  }

  async #step(): Promise<void> {
    this.#stepCount += 1;
    // Nothing here waits for the machine, so without this a test that hangs could not be ended.
    if (this.#stepCount % stepsPerTurn === 0) await new Promise((resolve) => setImmediate(resolve));
    if (!this.#time.step()) this.journal.fail('stuck: nothing is going to happen any more');
    await promises();
    this.journal.raise();
    const pending = this.#pending;
    this.#pending = undefined;
    await pending?.();
    this.journal.raise();
  }

  /** Lets time pass until a promise of the engine is settled. */
  async #until(promise: Promise<unknown> | undefined): Promise<void> {
    let isSettled = false;
    let failure: unknown;
    promise?.then(
      () => (isSettled = true),
      (error: unknown) => {
        failure = error;
        isSettled = true;
      },
    );
    await promises();
    while (!isSettled) await this.#step();
    if (failure !== undefined) throw failure as Error;
  }

  async #startProcess(): Promise<void> {
    const scheduler = new ProcessScheduler(this.#time);
    const store = await this.#disk.open(scheduler);
    const engine: StationEngine = new LocalEngine(
      store,
      { clock: this.#time, scheduler },
      {
        blockBytesTarget: 512,
        blockCacheBytesMax: 4_096,
        memoryStationBytesMax: 1_000_000,
        lazyCommitDelayMs: 20,
        retryDelayMs: 50,
        waitingPullCountMax: 64,
        passedOverCountMax: 8,
        delayedCountMax: 1_000,
        termReportTimeoutMs: 1_000,
        deadLetterCountMax: 100_000,
        deadLetterBytesMax: 100_000_000,
        onDeadLettersFull: (error) => this.journal.fail(`full: ${error.message}`),
        readHeader: headerBlocks.read,
        onFatal: (error) => this.journal.fail(`fatal: ${error.message}`),
      },
    );
    const used = this.#defects.engine?.(engine) ?? engine;
    await used.openStation(this.station);
    this.#process = { engine: used, store, scheduler };
    this.journal.processBegan({ isEmpty: this.#isInMemory });
    this.journal.trace(`started at ${this.#time.nowMs.toFixed(1)}`);
    for (const producer of this.#producers) producer.reconnected();
    for (const member of this.#members) member.reconnected();
  }

  #planFaults(): void {
    const often = (meanMs: number, fault: () => void): void => {
      this.later(1 + this.#dice.below(2 * meanMs), () => {
        if (this.isEnding) return;
        fault();
        often(meanMs, fault);
      });
    };
    // A seed has the faults that it has: some runs are all crashes, some have none.
    if (!this.#dice.once(5)) {
      often(100 + this.#dice.below(1_500), () => {
        this.#pending = async () => this.#crash();
      });
    }
    if (this.#dice.once(2)) {
      often(1_500, () => {
        this.#pending = async () => this.#stop();
      });
    }
    if (this.#dice.once(2)) {
      often(800, () => {
        const shiftMs = this.#dice.below(2 * hourMs) - hourMs;
        this.journal.counts.clockJumps += 1;
        this.journal.trace(`clock ${shiftMs}`);
        this.#shiftWall(shiftMs);
      });
    }
    if (this.#dice.once(3)) {
      often(1_000, () => {
        this.journal.trace('disk full');
        this.#disk.isFull = true;
        this.later(this.#dice.below(300), () => (this.#disk.isFull = false));
      });
    }
    if (this.#dice.once(5)) often(1_000, () => this.#purge());
    if (this.#dice.once(3)) often(700, () => this.#move());
    if (this.#dice.once(3)) {
      often(1_200, () => {
        this.journal.trace('storm');
        this.isStorming = true;
        this.later(this.#dice.below(1_000), () => (this.isStorming = false));
      });
    }
  }

  #shiftWall(ms: number): void {
    this.journal.delays.clockIsSet(this.wallMs());
    this.#time.shiftWall(ms);
    this.journal.delays.clockIsSet(this.wallMs());
  }

  #purge(): void {
    const partition = 1 + this.#dice.below(this.station.partitionCount);
    const below = 1 + this.#dice.below(300);
    this.journal.counts.purges += 1;
    this.#isPurged = true;
    this.journal.keepsUnsettled = false;
    this.journal.trace(`purge ${partition} below ${below}`);
    void this.engine?.purge({ stationId: 1, partition }, below).then(
      (count) => {
        this.journal.trace(`purged ${count ?? 0}`);
      },
      (error: unknown) => {
        this.journal.trace(`purge refused ${String(error)}`);
      },
    );
  }

  /** Backwards: what a move passes over nobody has to ack, and nobody could tell from a loss. */
  #move(): void {
    const { engine } = this;
    if (engine === undefined) return;
    const partition = 1 + this.#dice.below(this.station.partitionCount);
    const group = this.#groups[this.#dice.below(this.#groups.length)]?.name ?? '';
    const place = { partition, group };
    const isFirst = this.#dice.once(2);
    const target = isFirst ? ({ kind: 'first' } as const) : ({ kind: 'unsettled' } as const);
    this.journal.trace(`move ${group} ${partition} to ${target.kind}`);
    const moveCount = this.journal.moving(place);
    void engine.moveGroup(1, group, target, partition).then(
      (moves) => {
        for (const { toSequence } of moves ?? []) this.journal.moved(place, toSequence, moveCount);
      },
      (error: unknown) => {
        this.journal.trace(`move refused ${String(error)}`);
      },
    );
  }

  async #crash(): Promise<void> {
    if (this.#process === undefined) return;
    this.journal.counts.crashes += 1;
    this.journal.trace('crash');
    this.#process.scheduler.kill();
    this.#process = undefined;
    await this.#disk.crash();
    this.#restartLater();
  }

  async #stop(): Promise<void> {
    if (this.#process === undefined) return;
    this.journal.counts.stops += 1;
    this.journal.trace('stop');
    const { engine, store, scheduler } = this.#process;
    this.#process = undefined;
    await this.#until(engine.close());
    await this.#until(store.close());
    scheduler.kill();
    await this.#disk.crash();
    this.#restartLater();
  }

  #restartLater(): void {
    this.later(1 + this.#dice.below(100), () => {
      this.#pending = async () => {
        if (this.#process === undefined) await this.#startProcess();
      };
    });
  }

  /** Members take what is left, until nothing is. */
  async #drain(): Promise<void> {
    const deadlineMs = this.#time.nowMs + endingMs;
    for (;;) {
      const left = await this.#firstUndrained();
      if (left === undefined) return;
      if (this.#time.nowMs > deadlineMs) this.journal.fail(`stuck: ${left}`);
      await this.#runUntil(this.#time.nowMs + 500);
    }
  }

  /** A group that has messages left, in words. */
  async #firstUndrained(): Promise<string | undefined> {
    for (const { partition, group } of this.#places()) {
      const state = await this.engine?.groupState({ stationId: 1, partition }, group);
      if (state === undefined) return 'no broker runs';
      const { pendingCount, undeliveredCount, waitingPullCount } = state;
      if (pendingCount + undeliveredCount === 0) continue;
      return `${group} has ${pendingCount} messages pending and ${undeliveredCount} to come on partition ${partition}, where ${waitingPullCount} pulls wait`;
    }
    return undefined;
  }

  async #check(): Promise<void> {
    const engine = this.engine as StationEngine;
    const letters = await engine.deadLetters(1, { afterId: 0, countMax: 1_000_000 });
    for (let partition = 1; partition <= this.station.partitionCount; partition += 1) {
      const address = { stationId: 1, partition };
      const state = await engine.partitionState(address);
      if (state === undefined) return this.journal.fail(`loss: partition ${partition} is gone`);
      const { firstSequence: first, lastSequence: last } = state;
      const payloads = new Map<number, string>();
      for (let sequence = first; sequence <= last; sequence += 1) {
        const stored = await engine.message(address, sequence);
        if (stored === undefined) continue;
        const { message, headerBytes } = stored;
        payloads.set(sequence, Buffer.from(message.subarray(headerBytes)).toString());
      }
      this.journal.checkPartition(partition, { first, last, payloads });
      for (const { name: group } of this.#groups) {
        const { missedCount = 0 } = (await engine.groupState(address, group)) ?? {};
        const range = { from: this.#removesUnsettled ? first : 1, last, missedCount };
        this.journal.checkGroup({ partition, group }, range, letters);
      }
    }
    this.journal.raise();
    this.journal.trace(`checked, ${this.#disk.commitCount} commits`);
  }

  get #isInMemory(): boolean {
    return this.station.storage === 'memory';
  }

  /** What an acked station has removed, every group had settled. */
  get #removesUnsettled(): boolean {
    return this.station.retention.kind !== 'acked' || this.#isPurged || this.#isInMemory;
  }

  *#places(): Iterable<{ readonly partition: number; readonly group: string }> {
    for (let partition = 1; partition <= this.station.partitionCount; partition += 1) {
      for (const { name: group } of this.#groups) yield { partition, group };
    }
  }
}

/** Lets everything run that waits for nothing but promises. */
async function promises(): Promise<void> {
  for (let step = 0; step < promiseSteps; step += 1) await Promise.resolve();
}
