import type { BrokerError } from '../errors/index.ts';
import type {
  DeadLetter,
  DeadLetterTotals,
  DueCopy,
  NewDeadLetter,
  Resend,
} from '../dead-letters/dead-letter.ts';
import type { Delivery, Settlement } from '../delivery/delivery.ts';
import type {
  GroupChange,
  GroupMove,
  GroupStart,
  GroupState,
  GroupTarget,
} from '../groups/group.ts';
import type { PartitionAddress, Station } from '../stations/station.ts';
import type { MessageBytes } from './header-blocks.ts';

/** A message on its way in. */
export interface NewMessage {
  /** Header block and payload in one piece. The engine copies it before `append` returns. */
  readonly message: Uint8Array;
  /** How many bytes of `message` are the header block; 0 for none. */
  readonly headerBytes: number;
  /** Within the station's dedupe window, a second message with this id is not stored. */
  readonly messageId: string | undefined;
  /** The message is stored only when this holds; looked at after the message id. */
  readonly expectedLast?: ExpectedLast | undefined;
  /** No group is given it before this time, by the wall clock. */
  readonly deliverAtMs?: number | undefined;
}

/** What a caller believes the newest message of the partition to be. */
export interface ExpectedLast {
  /** Of messages on their way too; 0 for none. */
  readonly sequence: number;
  /** Only messages that are kept count: when retention or a purge left none, the last is 0. */
  readonly keptOnly: boolean;
}

/** Is told what became of a message; exactly one of the two, exactly once. */
export interface AppendReceipt {
  /** The message is on disk, or was already (`duplicate`, with the first one's sequence). */
  stored(sequence: number, duplicate: boolean): void;
  /** The message is not stored and never will be under this call. */
  refused(error: BrokerError): void;
}

/** Why a pull is over. */
export type PullEnd =
  /** It got as many messages as it asked for. */
  | 'filled'
  | 'group-deleted'
  | 'station-deleted'
  | 'no-such-group'
  /** The next message is larger than `bytesMax`; it stays where it is. */
  | 'message-too-large'
  /** As many pulls wait as may. */
  | 'too-many-waiting'
  /** The receiver is not open any more. */
  | 'closed';

/** How many messages a member asks for. */
export interface PullRequest {
  readonly batch: number;
  /** Bytes of all messages together; 0 for no limit. */
  readonly bytesMax: number;
}

/** The receiving end of one pull. Its methods are called from within `pull` too. */
export interface PullReceiver {
  /** False when nobody would get a message: the pull ends without a delivery being spent. */
  isOpen(): boolean;
  /** False while the receiver cannot take more; call `resume` when it can. */
  isReady(): boolean;
  deliver(delivery: Delivery): void;
  /** Everything that was there at the time of `pull` has been delivered; the pull waits on. Once at most. */
  caughtUp(): void;
  /** The pull is over; nothing is called after it. Not called after `cancel`. */
  ended(end: PullEnd): void;
}

/** A pull that waits. */
export interface Pull {
  /** Messages still wanted. */
  readonly remaining: number;
  /** Ends it without a word; does nothing when it is over. */
  cancel(): void;
  /** The receiver is ready again. */
  resume(): void;
}

/** What a partition holds. */
export interface PartitionState {
  /** The oldest message kept; `lastSequence + 1` when there is none. */
  readonly firstSequence: number;
  /** The newest sequence ever given; 0 when there was none. */
  readonly lastSequence: number;
  readonly messageCount: number;
  /** Of headers and payloads. */
  readonly byteCount: number;
  readonly firstStoredAtMs: number | undefined;
  readonly lastStoredAtMs: number | undefined;
  readonly groupCount: number;
}

/** A message that is kept. */
export interface StoredMessage {
  readonly sequence: number;
  readonly storedAtMs: number;
  readonly message: Uint8Array;
  readonly headerBytes: number;
}

/**
 * Keeps the messages of stations and what each group has done with them.
 *
 * Order: the sequences of a partition are 1, 2, 3, … in the order in which `append` was called;
 * receipts of one partition come in that order. Between partitions there is none.
 *
 * Durable: when `stored` is called, when a promise of this port resolves, and when a settlement's
 * `confirmed` is called without an error, the fact is on disk and survives `kill -9` and power
 * loss (the messages of stations with storage `memory`, and the engine `memory`, excepted). A message is delivered
 * only after that. Deliveries and settlements that nobody asked to confirm are written
 * with the next commit: a crash may repeat a delivery, never skip one.
 *
 * Redelivery: a message delivered and not settled within the group's ack timeout, or nacked, is
 * delivered again before anything new, to any pull of the group; later, where the group has a back-off list. When it would be delivered more
 * often than the group allows, or is terminated, it becomes a dead letter in the same transaction
 * that settles it, unless the station wants none or the message is a dead letter sent on (its header
 * `$memphis_producedBy` says so). A message is a dead letter of a group once: should it fail again under
 * a group created anew, the record and its id stay, with its first failure. Where the station names a
 * dead-letter station, a copy is due from the same transaction on, but for the copy of another dead letter.
 * A member may settle any pending message; settling what is not pending does nothing and is confirmed.
 *
 * Held: a message terminated without a reason is neither delivered nor settled until a `term` with one
 * comes. When `termReportTimeoutMs` (a constructor option) has passed, when retention or the deletion of the group
 * would overtake it, and when the engine is closed, it becomes the dead letter without one. A crash
 * leaves it pending: it is delivered again. An ack settles it.
 *
 * Room: a station keeps `deadLetterCountMax` dead letters and `deadLetterBytesMax` bytes of them (constructor
 * options). Beyond, none is dropped: what fails is held, unsettled, and becomes a dead letter when there is room.
 *
 * Purge: what is removed was never seen by a group that had not settled it, as with retention; it is counted
 * as missed there, deliveries that were pending end, and sequences go on where they were. A purge that
 * rejects may have removed some.
 *
 * Delayed: a message with `deliverAtMs` is stored and has its sequence at once. Groups get what follows it meanwhile, and the
 * message itself when its time has come, before anything new. Until then it counts as not delivered, for retention as any
 * other message. DELAY_PAST_RETENTION refuses one that the station would not keep so long by its age,
 * DELAYED_MESSAGES_FULL one beyond the `delayedCountMax` (a constructor option) of a partition.
 *
 * Cancel: a message that waits for its time may be taken back. Every group is done with it then, as if it had acked it, those that
 * are created or moved later too: it is not delivered, not missed, no dead letter, and `message` does not show it. It keeps its
 * sequence, its message id counts within its window, and its bytes stay until the partition removes it. Until then
 * it counts among the messages of the partition, and for `delayedCountMax`. A message whose time has come is refused with
 * MESSAGE_NOT_WAITING, as one that never had a delay. What STORE_REFUSED refuses waits as before, but in a memory
 * station, where it may be cancelled all the same.
 *
 * Key order: in a group with a `keyHeader`, while a message is pending, those that follow it on its partition with the same
 * value of that header wait; they come in the order of their sequences, each when the one before it is settled or gone. Others
 * pass them, until `passedOverCountMax` (a constructor option) wait: then nothing that is not delivered yet comes
 * before one of them may. A delayed message has no place among those of its key before its time has come. Header and order may be
 * set and taken away while the group is at work; what is pending then is not taken back.
 *
 * Move: a group that is moved stands as one that begins there: everything kept from the place on is delivered as if
 * for the first time, nothing before it is, and pending deliveries end. A place before the oldest message or past the end is
 * clamped, as a start is. What was held becomes a dead letter; dead letters, counts of what was missed and the
 * running number of deliveries stay. A late ack counts where its message is pending again. Waiting pulls go on.
 *
 * Memory: the messages and message ids of a station with storage `memory` are in RAM alone. After a restart the
 * partition is empty, its sequences go on behind the last one that was acknowledged, and what a group had not
 * settled on disk it has missed, as with retention: settling it does nothing and is confirmed. The station, its
 * groups with their positions, and its dead letters are durable like any. All memory stations together take
 * `memoryStationBytesMax` (a constructor option) for their messages; beyond, appends to them are refused with
 * MEMORY_STATIONS_FULL, until retention, a purge or acks have made room. The storage of a station never changes.
 *
 * Absent: an unknown station or partition refuses an append with STATION_NOT_FOUND, ends a pull
 * with `no-such-group`, and reads and purges as undefined. Settling there does nothing and is confirmed.
 *
 * Failure: when the store refuses (disk full), waiting appends are refused with STORE_REFUSED,
 * everything acknowledged stays readable, and later appends work once there is room. When a flush
 * fails, everything waiting is refused with STORE_FAILED and the engine reports itself broken by
 * `onFatal` (a constructor option of each adapter); it takes nothing more.
 *
 * Implementations: `engines/memory`, `engines/embedded`; the contract suite in
 * `tests/contract/station-engine.contract.ts` runs on each.
 */
export interface StationEngine {
  /**
   * Makes a station of the metadata known, with what is stored for it; idempotent, and called for
   * every station at start. Known again with other settings, the settings are taken over.
   */
  openStation(station: Station): Promise<void>;
  /** Removes a station's messages, groups and dead letters; waiting pulls end. Idempotent. */
  removeStation(stationId: number): Promise<void>;

  append(address: PartitionAddress, message: NewMessage, receipt: AppendReceipt): void;

  /**
   * Creates the group on every partition, or takes over its new settings when it is there (the start is then
   * ignored, and what the settings leave out stays). Rejects with STATION_NOT_FOUND.
   */
  putGroup(stationId: number, settings: GroupChange, start: GroupStart): Promise<void>;
  /** Deletes the group on every partition; waiting pulls end. False when there was none. */
  deleteGroup(stationId: number, group: string): Promise<boolean>;
  /**
   * Moves the group, on one partition or on all of its station; see "Move" above. Resolves with what was done when it
   * is on disk, which it is not before the store has room. Undefined when there is no such group or partition.
   */
  moveGroup(
    stationId: number,
    group: string,
    target: GroupTarget,
    partition?: number,
  ): Promise<readonly GroupMove[] | undefined>;
  groupNames(stationId: number): Promise<readonly string[]>;

  pull(
    address: PartitionAddress,
    group: string,
    request: PullRequest,
    receiver: PullReceiver,
  ): Pull;
  /** `confirmed` is called when the settlement is durable, or with the error that prevented it. */
  settle(
    address: PartitionAddress,
    group: string,
    sequence: number,
    settlement: Settlement,
    confirmed?: (error?: BrokerError) => void,
  ): void;

  /**
   * Cancels a delayed message; see above. True when that is on disk, or was before; false when the message is not
   * kept. Undefined for an unknown station or partition.
   */
  cancelDelayed(address: PartitionAddress, sequence: number): Promise<boolean | undefined>;

  partitionState(address: PartitionAddress): Promise<PartitionState | undefined>;
  groupState(address: PartitionAddress, group: string): Promise<GroupState | undefined>;
  message(address: PartitionAddress, sequence: number): Promise<StoredMessage | undefined>;
  /** The station's dead letters in the order of their ids, those above `afterId`, `countMax` at most. */
  deadLetters(
    stationId: number,
    page: { readonly afterId: number; readonly countMax: number },
  ): Promise<readonly DeadLetter[]>;
  deadLetter(id: number): Promise<DeadLetter | undefined>;
  deadLetterTotals(stationId: number): Promise<DeadLetterTotals>;
  /** Keeps one that did not come from a group; its id. Rejects with STATION_NOT_FOUND, DEAD_LETTERS_FULL or STORE_REFUSED. */
  putDeadLetter(letter: NewDeadLetter): Promise<number>;
  /** Removes those that there are; how many there were. */
  removeDeadLetters(ids: readonly number[]): Promise<number>;
  /**
   * Dead letters whose copies for the dead-letter stations of their stations are not stored, `countMax` at most, in
   * the order of their stations' ids from `firstStationId` (0 when left out) on, and of their own.
   */
  dueCopies(countMax: number, firstStationId?: number): Promise<readonly DueCopy[]>;
  /**
   * Stores the copy of a dead letter as a message, once however often it is called: with it, in one step, the
   * copy is not due any more. Rejects with STATION_NOT_FOUND, STORE_REFUSED or MEMORY_STATIONS_FULL,
   * and it is due as before.
   */
  storeCopy(id: number, to: PartitionAddress, copy: MessageBytes): Promise<void>;
  /** The copy of this dead letter is not due any more, though there is none. */
  waiveCopy(id: number): Promise<void>;
  /** Is called when dead letters are on disk whose copies are due. One listener; it must not throw. */
  onCopyDue(listener: () => void): void;
  /** Remembers that these were handed to their groups again. */
  markResent(ids: readonly number[], resend: Omit<Resend, 'count'>): Promise<void>;
  /**
   * Removes the durable messages of a partition whose sequence is below; resolves with how many. A
   * bound past the end removes all. Undefined for an unknown partition.
   */
  purge(address: PartitionAddress, belowSequence: number): Promise<number | undefined>;

  /** Flushes what is waiting, answers it, and lets go of the store. Idempotent. */
  close(): Promise<void>;
}
