/**
 * How long a station keeps its messages. Each limit holds for each partition by itself; the
 * oldest go first and a publish is never refused because of it (wire-protocol.md 5.9).
 */
export type Retention =
  | { readonly kind: 'age'; readonly ageMaxMs: number }
  | { readonly kind: 'messages'; readonly countMax: number }
  | { readonly kind: 'bytes'; readonly bytesMax: number }
  /** Kept until every group has acked it; while the station has no group it keeps nothing. */
  | { readonly kind: 'acked' };

/** Which failures leave a dead letter, and for how long. */
export interface DeadLetterSettings {
  readonly undelivered: boolean;
  readonly schemaFailures: boolean;
  /** Until they are acked or dropped, when left out. */
  readonly ageMaxMs?: number;
}

/** What a caller decides about a station. Names are already lower-case and checked (`names.ts`). */
export interface StationSettings {
  readonly name: string;
  /** How many partitions, numbered from 1. */
  readonly partitionCount: number;
  readonly retention: Retention;
  /** Where its messages are: on disk, or in RAM alone until the broker ends. Everything else of it is on disk. */
  readonly storage: 'file' | 'memory';
  /** As asked for; an engine on one machine stores one. */
  readonly replicaCount: number;
  /** A message id is remembered this long, per partition. */
  readonly dedupeWindowMs: number;
  readonly deadLetters: DeadLetterSettings;
  /** Name of the station that gets a copy of each dead letter; null for none. */
  readonly deadLetterStation: string | null;
  /** Name of the schema that its producers enforce; null for none. */
  readonly schema: string | null;
}

/** A station as the metadata keeps it. */
export interface Station extends StationSettings {
  /** Names the station's storage. From 1, unique in the installation and never used again. */
  readonly id: number;
  readonly createdAtMs: number;
  readonly createdBy: string;
}

/** One partition of one station. */
export interface PartitionAddress {
  readonly stationId: number;
  /** From 1. */
  readonly partition: number;
}
