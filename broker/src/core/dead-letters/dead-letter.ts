/** Why a message became a dead letter. */
export type DeadLetterCause =
  /** Delivered as often as the group allows and never acked. */
  | 'delivery-limit'
  /** A member gave it up. */
  | 'terminated';

/** A message that a group could not process: one per station, partition, sequence and group. */
export interface DeadLetter {
  /** Unique in the installation, below 2^53. */
  readonly id: number;
  readonly stationId: number;
  readonly partition: number;
  readonly sequence: number;
  readonly group: string;
  readonly cause: DeadLetterCause;
  /** In words; what the member said, when it said something. */
  readonly reason: string;
  readonly deliveryCount: number;
  readonly storedAtMs: number;
  readonly failedAtMs: number;
  readonly message: Uint8Array;
  readonly headerBytes: number;
}
