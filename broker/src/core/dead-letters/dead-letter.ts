/** Why a message became a dead letter. */
export type DeadLetterCause =
  /** Delivered as often as the group allows and never acked. */
  | 'delivery-limit'
  /** A member gave it up. */
  | 'terminated'
  /** Its producer found that it does not fit the station's schema: it never was in the station. */
  | 'schema';

/** A message that a group could not process, one per station, partition, sequence and group; or one that failed its schema. */
export interface DeadLetter {
  /** Unique in the installation, below 2^53. */
  readonly id: number;
  readonly stationId: number;
  /** 0 for one that never was in the station. */
  readonly partition: number;
  /** 0 for one that never was in the station. */
  readonly sequence: number;
  /** The group that could not process it; null where no group has had it. */
  readonly group: string | null;
  readonly cause: DeadLetterCause;
  /** In words; what the member or the producer said, when it said something. */
  readonly reason: string;
  readonly deliveryCount: number;
  readonly storedAtMs: number;
  /** When it was nacked, or its ack timeout ended, for the first time. */
  readonly firstFailedAtMs: number;
  /** When it became a dead letter. */
  readonly lastFailedAtMs: number;
  readonly message: Uint8Array;
  readonly headerBytes: number;
  /** When it was last handed to its group again; null when it never was. */
  readonly resend: Resend | null;
}

/** A dead letter before the engine has it. */
export type NewDeadLetter = Omit<DeadLetter, 'id' | 'resend'>;

/** The last time that a dead letter was handed out again. */
export interface Resend {
  /** Which operation did it. */
  readonly operation: string;
  readonly atMs: number;
  /** How often it has been by now. */
  readonly count: number;
}

/** A dead letter and the name of the station that is to get a copy of it. */
export interface DueCopy {
  readonly letter: DeadLetter;
  readonly to: string;
}

/** What the dead letters of a station come to. */
export interface DeadLetterTotals {
  readonly count: number;
  /** Of headers and payloads. */
  readonly bytes: number;
  /** When the oldest of them became one; undefined when there is none. */
  readonly oldestAtMs: number | undefined;
  /** The highest id among them; 0 when there is none. */
  readonly newestId: number;
}
