import type { Scheduler } from '../../foundation/index.ts';
import type { DeadLetterCause } from '../dead-letters/dead-letter.ts';
import type { GroupSettings } from '../groups/group.ts';
import { backoffAfter } from '../groups/group-settings.ts';
import type { Pull, PullEnd, PullReceiver, PullRequest } from '../ports/station-engine.ts';
import type { Pending } from './ack-timers.ts';
import type { Settlement } from './delivery.ts';
import type { DeliveryLedger } from './delivery-ledger.ts';
import type {
  GroupDeliveryListener,
  GroupDeliveryParts,
  GroupPosition,
} from './group-delivery-parts.ts';
import { keyOrderBy } from './key-order.ts';
import type { KeyOrderParts } from './key-order.ts';
import type { MessageLog } from './message-log.ts';
import { MessageReader } from './message-reader.ts';
import { PendingMessages } from './pending-messages.ts';
import type { PendingListener, Retry } from './pending-messages.ts';
import { UpcomingMessages } from './upcoming-messages.ts';
import { endedPull, WaitingPull, WaitingPulls } from './waiting-pulls.ts';

/** Until a message that is kept and could not be read is tried again. */
const unreadableRetryDelayMs = 100;
/** Until it is looked again whether there is room for a dead letter. */
const roomRetryDelayMs = 5_000;

/** Reason of a dead letter whose member gave none (wire-protocol.md 5.5). */
const unreported = 'terminated, no report';

/**
 * Delivery of one partition to one consumer group.
 *
 * A message goes through these states, for this group:
 * - `undelivered`: above `deliveredSequence`, or passed over because it is delayed, or because the group is ordered by key and
 *   one of its key is pending. Leaves by delivery.
 * - `delivered`: a member has it, the ack timeout runs. Enters by delivery. Leaves by ack and term
 *   (settled), term without a reason (held), nack (delayed or queued), timeout (queued); past the
 *   delivery limit by failing (settled).
 * - `delayed`: nacked with a delay that still runs, or in its back-off. Leaves by the end of it (queued), or a late ack.
 * - `queued`: to be delivered again, before anything undelivered. Leaves by delivery, a late ack, or a nack with a
 *   delay that comes after the ack timeout (delayed).
 * - `held`: given up, and the reason is on its way (requirements.md 8.9), or there is no room for its dead letter.
 *   Leaves by failing when the reason comes, when it does not come in time, when there is room, when retention or the
 *   engine's end would overtake it (settled), or by a late ack.
 * - `settled`: done with; a failed one was handed to `listener.failed` first. Never left.
 *
 * What of this holds other messages back, and only those of its key, is all that lies between `undelivered` and `settled`.
 *
 * After a restart what was `delivered` or `held` is `delivered` with a fresh ack timeout: its member may still
 * be at work. What was stored before the restart and counts as undelivered may have been delivered without that having
 * reached the disk, so its ack is believed (`#uncertainUntil`): a confirmed ack is never followed by a redelivery.
 */
export class GroupDelivery implements PendingListener {
  #settings: GroupSettings;
  readonly #log: MessageLog;
  readonly #reader: MessageReader;
  readonly #ledger: DeliveryLedger;
  readonly #listener: GroupDeliveryListener;
  readonly #scheduler: Scheduler;
  readonly #waiting: WaitingPulls;
  readonly #pending: PendingMessages;
  readonly #upcoming: UpcomingMessages;
  readonly #termReportTimeoutMs: number;
  readonly #keyParts: KeyOrderParts;
  #uncertainUntil: number;
  #deliveryCount: number;
  #missedCount: number;
  #pumping = false;
  /** A message that had to wait for another of its key may be delivered now. */
  #hasFreed = false;
  /** The next message could not be read; another try is planned. */
  #isUnreadable = false;
  #ended = false;

  constructor(parts: GroupDeliveryParts) {
    this.#settings = parts.settings;
    this.#log = parts.log;
    this.#reader = new MessageReader(parts.log);
    this.#ledger = parts.ledger;
    this.#listener = parts.listener;
    this.#scheduler = parts.scheduler;
    this.#waiting = new WaitingPulls(parts.waitingPullCountMax);
    this.#termReportTimeoutMs = parts.termReportTimeoutMs;
    const { deliveredSequence } = parts.position;
    this.#deliveryCount = parts.position.deliveryCount;
    this.#missedCount = parts.position.missedCount;
    this.#uncertainUntil = parts.isRestored ? parts.log.lastSequence : 0;
    parts.ledger.settleAll(parts.delays.cancelled());
    this.#pending = new PendingMessages(parts.clock, parts.scheduler, this);
    for (const delivered of parts.ledger.pending(deliveredSequence)) {
      const retry = parts.retries.get(delivered.sequence);
      this.#pending.restore(delivered, retry, this.#settings.ackTimeoutMs);
    }
    const { log, delays, ledger, readHeader, passedOverCountMax: waitingCountMax } = parts;
    this.#keyParts = { readHeader, reader: this.#reader, waitingCountMax };
    const keys = keyOrderBy(this.#settings.keyHeader, this.#keyParts, this.#pending.sequences());
    this.#upcoming = new UpcomingMessages(log, delays, ledger, deliveredSequence, keys);
    this.#pending.arm();
  }

  get settings(): GroupSettings {
    return this.#settings;
  }

  get position(): GroupPosition {
    return {
      deliveredSequence: this.#upcoming.deliveredSequence,
      deliveryCount: this.#deliveryCount,
      missedCount: this.#missedCount,
    };
  }

  get settledSequence(): number {
    return this.#ledger.floor;
  }

  isSettled(sequence: number): boolean {
    return this.#ledger.isSettled(sequence);
  }

  /** Whether it was given up and its reason is waited for. */
  isHeld(sequence: number): boolean {
    return this.#pending.get(sequence)?.state === 'held';
  }

  get pendingCount(): number {
    return this.#pending.count;
  }

  get redeliveredCount(): number {
    return this.#pending.redeliveredCount;
  }

  get waitingPullCount(): number {
    return this.#waiting.length;
  }

  get undeliveredCount(): number {
    return this.#upcoming.count;
  }

  get waitingForKeyCount(): number {
    return this.#upcoming.waitingForKeyCount;
  }

  /** Messages whose delivery has failed before, by sequence. */
  get retries(): ReadonlyMap<number, Retry> {
    return this.#pending.retries;
  }

  /** Takes over changed settings; running timeouts and delays keep their end. */
  update(settings: GroupSettings): void {
    const { keyHeader } = this.#settings;
    this.#settings = settings;
    if (settings.keyHeader === keyHeader) return;
    const out = this.#pending.sequences();
    this.#upcoming.orderBy(keyOrderBy(settings.keyHeader, this.#keyParts, out));
    this.pump();
  }

  pull(request: PullRequest, receiver: PullReceiver): Pull {
    const pull = new WaitingPull(request, receiver);
    const waiting = this.#waiting.take(pull, () => this.pump());
    if (waiting === undefined) {
      pull.end('too-many-waiting');
      return endedPull;
    }
    this.pump();
    return waiting;
  }

  /** Hands out what there is to whoever waits. To be called when the log has grown. */
  pump(): void {
    // A receiver may pull, cancel or settle from within `deliver`: the loop below sees it.
    if (this.#pumping || this.#ended) return;
    this.#pumping = true;
    this.#hasFreed = false;
    try {
      do this.#serve();
      while (!this.#hasNext() && this.#waiting.tellCaughtUp());
    } finally {
      this.#pumping = false;
    }
    this.#pending.arm();
  }

  /** The time of a delayed message has come. */
  due(sequence: number): void {
    this.#upcoming.due(sequence);
    this.pump();
  }

  /** The group is done with this message, whatever has become of it: an ack of before a restart, or it was cancelled. */
  drop(sequence: number): void {
    if (this.#ledger.isSettled(sequence)) return;
    // After a restart with a clock that was set back, what waits may be pending from the time before.
    const pending = this.#pending.get(sequence);
    if (pending !== undefined) this.#forget(pending);
    this.#ledger.settle(sequence);
    if (this.#upcoming.dropped(sequence)) this.#hasFreed = true;
    this.#listener.changed();
    if (this.#hasFreed) this.pump();
  }

  settle(sequence: number, settlement: Settlement): void {
    const pending = this.#pending.get(sequence);
    if (pending === undefined) {
      this.#settleUncertain(sequence, settlement);
      return;
    }
    switch (settlement.kind) {
      case 'ack':
        this.#forget(pending);
        this.#ledger.settle(sequence);
        break;
      case 'term':
        if (settlement.reason !== undefined) {
          this.#fail(pending, 'terminated', settlement.reason);
        } else if (pending.state !== 'held') {
          this.#pending.hold(pending, this.#termReportTimeoutMs);
        }
        break;
      case 'nack':
        if (!this.#pending.mayPostpone(pending, settlement.delayMs)) return;
        this.#again(pending, settlement.delayMs, 'nacked');
        break;
      case 'progress':
        if (pending.state !== 'delivered') return;
        this.#pending.prolong(pending, this.#settings.ackTimeoutMs);
        return;
    }
    this.#listener.changed();
    if (settlement.kind === 'nack' || this.#hasFreed) this.pump();
  }

  /** No reason will come any more for what is held below: it fails without one. */
  failHeldBelow(sequence: number): void {
    for (const held of this.#pending.held()) {
      if (held.sequence < sequence) this.holdEnded(held);
    }
    if (this.#hasFreed) this.#pumpSoon();
  }

  /** Retention removed everything below `firstSequence`: what of it was not settled, this group missed. */
  removedBelow(firstSequence: number): void {
    const last = firstSequence - 1;
    if (last <= this.#ledger.floor) return;
    const lastDelivered = Math.min(last, this.#upcoming.deliveredSequence);
    for (let sequence = this.#ledger.floor + 1; sequence <= last; sequence += 1) {
      if (this.#ledger.isSettled(sequence)) continue;
      this.#missedCount += 1;
      const pending = sequence <= lastDelivered ? this.#pending.get(sequence) : undefined;
      if (pending !== undefined) this.#forget(pending);
    }
    this.#ledger.raiseFloor(last);
    if (this.#upcoming.skipTo(last)) this.#hasFreed = true;
    this.#listener.changed();
    if (this.#hasFreed) this.#pumpSoon();
  }

  /**
   * Goes on behind `sequence`, as a group that begins there: what is above comes as if for the first time, what is
   * not is done with. What was given up without a reason has none, then; all other pending deliveries end.
   */
  moveTo(sequence: number): void {
    this.failHeldBelow(Infinity);
    this.#pending.forgetAll();
    this.#ledger.moveFloor(sequence);
    this.#upcoming.moveTo(sequence);
    this.#uncertainUntil = 0;
    this.#listener.changed();
    this.pump();
  }

  timedOut(pending: Pending): void {
    this.#again(pending, 0, 'not acked in time');
    this.#listener.changed();
  }

  holdEnded(pending: Pending): void {
    const { cause, reason } = pending.failure ?? { cause: 'terminated', reason: unreported };
    this.#fail(pending, cause, reason);
    this.#listener.changed();
  }

  dueHandled(): void {
    this.pump();
  }

  /** Nothing is delivered any more; waiting pulls end. */
  end(end: PullEnd): void {
    this.#ended = true;
    this.#pending.close();
    this.#waiting.endAll(end);
  }

  #serve(): void {
    this.#pending.startDelivering();
    while (!this.#isUnreadable && this.#hasNext()) {
      const pull = this.#waiting.next();
      if (pull === undefined) return;
      this.#deliverNext(pull);
    }
  }

  #hasNext(): boolean {
    return this.#pending.nextQueued() !== undefined || this.#upcoming.next() !== undefined;
  }

  #deliverNext(pull: WaitingPull): void {
    const queued = this.#pending.nextQueued();
    const sequence = queued?.sequence ?? this.#upcoming.next();
    if (sequence === undefined) return;
    const messages = this.#reader.around(sequence);
    if (messages === undefined || (queued === undefined && this.#upcoming.isUncertain)) {
      this.#cannotRead(sequence);
      return;
    }
    const message = messages.message(sequence);
    if (!pull.hasRoomFor(message.length)) {
      this.#waiting.remove(pull);
      pull.end('message-too-large');
      return;
    }
    const pending = this.#pending.deliver(sequence, this.#settings.ackTimeoutMs);
    if (queued === undefined) this.#upcoming.taken(sequence);
    this.#ledger.setDelivered(sequence, pending.deliveryCount);
    this.#deliveryCount += 1;
    this.#waiting.served(pull, message.length);
    this.#listener.changed();
    pull.receiver.deliver({
      sequence,
      deliveryCount: pending.deliveryCount,
      deliverySequence: this.#deliveryCount,
      storedAtMs: messages.storedAtMs(sequence),
      undeliveredCount: this.undeliveredCount,
      message,
      headerBytes: messages.headerBytes(sequence),
    });
    if (pull.remaining <= 0) pull.end('filled');
  }

  /** Its turn came: it is not kept any more, or the store does not give it out. */
  #cannotRead(sequence: number): void {
    if (sequence < this.#log.firstSequence) {
      this.removedBelow(this.#log.firstSequence);
      return;
    }
    // It is kept and must be there. Nothing is settled because of a read that failed: it is tried again.
    this.#isUnreadable = true;
    this.#scheduler.after(unreadableRetryDelayMs, () => {
      this.#isUnreadable = false;
      this.pump();
    });
  }

  #settleUncertain(sequence: number, settlement: Settlement): void {
    if (settlement.kind !== 'ack' || sequence > this.#uncertainUntil) return;
    if (this.#upcoming.isToCome(sequence)) this.drop(sequence);
  }

  /** Delivers again after the delay, or the back-off, or gives up when the delivery limit is reached. */
  #again(pending: Pending, delayMs: number, why: string): void {
    const limit = this.#settings.deliveryCountMax;
    if (pending.deliveryCount >= limit) {
      const last = `${why} on delivery ${String(pending.deliveryCount)} of ${String(limit)}`;
      this.#fail(pending, 'delivery-limit', last);
      return;
    }
    // Who did not answer in time has kept it waiting already.
    const waitedMs = pending.state === 'timed-out' ? this.#settings.ackTimeoutMs : 0;
    this.#pending.postpone(pending, delayMs || backoffAfter(this.#settings, pending, waitedMs));
    // The ledger byte stays, but its chunk is to be written: a restart does not wait anew.
    this.#ledger.setDelivered(pending.sequence, pending.deliveryCount);
  }

  #forget(pending: Pending): void {
    this.#pending.forget(pending);
    if (this.#upcoming.settled(pending.sequence)) this.#hasFreed = true;
  }

  /** For what happens in the middle of something: of a commit, or of removing messages. */
  #pumpSoon(): void {
    this.#scheduler.soon(() => this.pump());
  }

  #fail(pending: Pending, cause: DeadLetterCause, reason: string): void {
    const { sequence, deliveryCount } = pending;
    if (!this.#listener.hasRoomFor(sequence)) {
      pending.failure = { cause, reason };
      this.#pending.hold(pending, roomRetryDelayMs);
      return;
    }
    const firstFailedAtMs = this.#pending.retries.get(sequence)?.firstFailedAtMs;
    this.#forget(pending);
    this.#listener.failed({ sequence, cause, reason, deliveryCount, firstFailedAtMs });
    this.#ledger.settle(sequence);
  }
}
