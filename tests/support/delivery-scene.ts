import { headerBlocks } from '../../broker/src/codecs/nats/index.ts';
import { DeliveryLedger, GroupDelivery } from '../../broker/src/core/delivery/index.ts';
import type {
  Delivery,
  Failure,
  LoggedMessages,
  MessageLog,
  Settlement,
} from '../../broker/src/core/delivery/index.ts';
import type { GroupSettings } from '../../broker/src/core/groups/index.ts';
import type { Pull } from '../../broker/src/core/ports/index.ts';
import { ManualTime } from './manual-time.ts';

/** The header by which groups of a scene are ordered, where they are. */
const keyHeader = 'customer';
/** As clients write it: some have capitals of their own. */
const spellings = ['customer', 'Customer', 'CUSTOMER'];

/** Messages with a key each, in memory. */
class KeyedLog implements MessageLog {
  readonly #messages: Uint8Array[] = [];
  readonly #headerBytes: number[] = [];
  readonly unreadable = new Set<number>();
  firstSequence = 1;
  readCount = 0;

  get lastSequence(): number {
    return this.#messages.length;
  }

  store(key: string | undefined): number {
    const name = spellings[this.#messages.length % spellings.length] ?? keyHeader;
    const line = key === undefined ? '' : `${name}: ${key}\r\n`;
    const block = `NATS/1.0\r\nother: x\r\n${line}\r\n`;
    this.#messages.push(Buffer.from(`${block}payload`));
    this.#headerBytes.push(block.length);
    return this.lastSequence;
  }

  around(sequence: number): LoggedMessages | undefined {
    const message = this.#messages[sequence - 1];
    const isHere = message !== undefined && sequence >= this.firstSequence;
    if (!isHere || this.unreadable.has(sequence)) return undefined;
    return {
      firstSequence: sequence,
      lastSequence: sequence,
      message: () => message,
      headerBytes: () => {
        this.readCount += 1;
        return this.#headerBytes[sequence - 1] ?? 0;
      },
      storedAtMs: () => 0,
    };
  }
}

/** One group on one partition, without an engine around it. */
export class DeliveryScene {
  readonly time = new ManualTime();
  readonly log = new KeyedLog();
  readonly delayed = new Set<number>();
  readonly deliveries: Delivery[] = [];
  readonly failures: Failure[] = [];
  caughtUpCount = 0;
  /** Called with each delivery, while it is handed over. */
  onDelivery: (delivery: Delivery) => void = () => undefined;
  readonly #passedOverCountMax: number;
  #ledger = new DeliveryLedger(0);
  delivery: GroupDelivery;

  constructor(settings: Partial<GroupSettings> = {}, passedOverCountMax = 1_000) {
    this.#passedOverCountMax = passedOverCountMax;
    this.delivery = this.#open(this.settings(settings), false);
  }

  settings(changes: Partial<GroupSettings> = {}): GroupSettings {
    const defaults = { ackTimeoutMs: 30_000, deliveryCountMax: 3, backoffMs: [], keyHeader };
    return { name: 'g', ...defaults, ...changes };
  }

  /** Stores a message of each key and tells the group. */
  store(...keys: (string | undefined)[]): void {
    for (const key of keys) this.log.store(key);
    this.delivery.pump();
  }

  /** Wants so many messages, now and whenever there are some. */
  pull(batch = 1_000_000): Pull {
    return this.delivery.pull(
      { batch, bytesMax: 0 },
      {
        isOpen: () => true,
        isReady: () => true,
        deliver: (delivery) => {
          this.deliveries.push(delivery);
          this.onDelivery(delivery);
        },
        caughtUp: () => (this.caughtUpCount += 1),
        ended: () => undefined,
      },
    );
  }

  /** The sequences delivered since this was asked last. */
  taken(): number[] {
    return this.deliveries.splice(0).map(({ sequence }) => sequence);
  }

  settle(sequence: number, settlement: Settlement): void {
    this.delivery.settle(sequence, settlement);
  }

  ack(...sequences: number[]): void {
    for (const sequence of sequences) this.settle(sequence, { kind: 'ack' });
  }

  nack(sequence: number, delayMs = 0): void {
    this.settle(sequence, { kind: 'nack', delayMs });
  }

  /** Retention takes everything below. */
  remove(firstSequence: number): void {
    this.log.firstSequence = Math.max(this.log.firstSequence, firstSequence);
    this.delivery.failHeldBelow(firstSequence);
    this.delivery.removedBelow(firstSequence);
  }

  /** The time of a delayed message has come. */
  due(sequence: number): void {
    this.delayed.delete(sequence);
    this.delivery.due(sequence);
  }

  /** Another process goes on with what this one has done. */
  restart(): void {
    this.delivery.end('closed');
    const chunks = [...this.#ledger.dirtyChunks()];
    const ledger = new DeliveryLedger(this.#ledger.floor);
    for (const { index, bytes } of chunks) if (bytes !== undefined) ledger.load(index, bytes);
    this.#ledger = ledger;
    this.delivery = this.#open(this.delivery.settings, true);
    // What was loaded counts as written: the next restart is to find it too.
    ledger.markDirty(ledger.chunkIndexes());
  }

  #open(settings: GroupSettings, isRestored: boolean): GroupDelivery {
    const before = isRestored ? this.delivery : undefined;
    return new GroupDelivery({
      settings,
      log: this.log,
      delays: {
        isDelayed: (sequence) => this.delayed.has(sequence),
        cancelledCount: 0,
        cancelled: () => [],
      },
      ledger: this.#ledger,
      position: before?.position ?? { deliveredSequence: 0, deliveryCount: 0, missedCount: 0 },
      retries: before?.retries ?? new Map(),
      isRestored,
      clock: this.time,
      scheduler: this.time,
      waitingPullCountMax: 10,
      passedOverCountMax: this.#passedOverCountMax,
      readHeader: headerBlocks.read,
      termReportTimeoutMs: 1_000,
      listener: {
        changed: () => undefined,
        hasRoomFor: () => true,
        failed: (failure) => this.failures.push(failure),
      },
    });
  }
}
