import type { Clock, Scheduler } from '../../foundation/index.ts';
import type { DeadLetterCause } from '../dead-letters/dead-letter.ts';
import type { GroupSettings } from '../groups/group.ts';
import type { ReadHeader } from '../ports/header-blocks.ts';
import type { DeliveryLedger } from './delivery-ledger.ts';
import type { MessageDelays, MessageLog } from './message-log.ts';
import type { Retry } from './pending-messages.ts';

/** A message that the group gives up. */
export interface Failure {
  readonly sequence: number;
  readonly cause: DeadLetterCause;
  readonly reason: string;
  readonly deliveryCount: number;
  /** When it was nacked, or its ack timeout ended, for the first time; undefined when that is now. */
  readonly firstFailedAtMs: number | undefined;
}

/** Where a group stands on a partition, as it is kept on disk beside the ledger. */
export interface GroupPosition {
  readonly deliveredSequence: number;
  readonly deliveryCount: number;
  readonly missedCount: number;
}

/** What a group's delivery tells its owner. */
export interface GroupDeliveryListener {
  /** The position or the ledger changed. */
  changed(): void;
  /** Whether this message may become a dead letter now. */
  hasRoomFor(sequence: number): boolean;
  /** To be kept as a dead letter in the transaction that writes the ledger. */
  failed(failure: Failure): void;
}

/** Everything a group's delivery is made from. */
export interface GroupDeliveryParts {
  readonly settings: GroupSettings;
  readonly log: MessageLog;
  readonly delays: MessageDelays;
  readonly ledger: DeliveryLedger;
  readonly position: GroupPosition;
  /** What is remembered of messages whose delivery has failed before. */
  readonly retries: ReadonlyMap<number, Retry>;
  /** Whether the group was there before this start of the broker. */
  readonly isRestored: boolean;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly waitingPullCountMax: number;
  /** How many messages may wait for an earlier one of their key, where the group is ordered by key. */
  readonly passedOverCountMax: number;
  readonly readHeader: ReadHeader;
  /** How long a message that was given up without a reason waits for one. */
  readonly termReportTimeoutMs: number;
  readonly listener: GroupDeliveryListener;
}
