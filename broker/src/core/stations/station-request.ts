import { BrokerError } from '../errors/index.ts';
import { checkedName } from './names.ts';
import type { Retention, StationSettings } from './station.ts';

/** What a caller asks for, in Memphis's words and units, with the zero value for what was left out. */
export interface StationRequest {
  readonly name: string;
  /** `message_age_sec`, `messages`, `bytes`, `ack_based` or empty. */
  readonly retentionType: string;
  /** Seconds, messages or bytes. */
  readonly retentionValue: number;
  /** `file`, `memory` or empty. */
  readonly storageType: string;
  readonly replicas: number;
  readonly idempotencyWindowMs: number;
  /** Empty for none. */
  readonly schemaName: string;
  readonly deadLetters: { readonly undelivered: boolean; readonly schemaFailures: boolean };
  readonly partitions: number;
  /** Empty for none. */
  readonly deadLetterStation: string;
}

const partitionCountMax = 10_000;
const dedupeWindowMsDefault = 120_000;
const dedupeWindowMsMin = 100;
const dedupeWindowMsMax = 86_400_000;
const retentionDefault: Retention = { kind: 'age', ageMaxMs: 3_600_000 };

/**
 * The settings that a request stands for, by the rules of wire-protocol.md 2.3: empty, zero and
 * negative values become defaults, because that is what the published SDKs rely on; what has no
 * meaning is refused with the text that they show. Whether the schema exists is seen later, by
 * `StationSchemas`.
 */
export function stationSettings(request: StationRequest): StationSettings {
  const name = checkedName('Station', request.name);
  const retention = retentionOf(request.retentionType, request.retentionValue);
  return {
    name,
    retention,
    storage: storageOf(request.storageType),
    replicaCount: replicaCountOf(request.replicas),
    dedupeWindowMs: dedupeWindowOf(request.idempotencyWindowMs, retention),
    partitionCount: partitionCountOf(request.partitions, name),
    deadLetters: {
      undelivered: request.deadLetters.undelivered,
      schemaFailures: request.deadLetters.schemaFailures,
    },
    deadLetterStation: deadLetterStationOf(request.deadLetterStation, name),
    schema: request.schemaName === '' ? null : checkedName('Schema', request.schemaName),
  };
}

/** Settings of a station that appears with its first producer or consumer. `name` is checked already. */
export function defaultStationSettings(name: string): StationSettings {
  return {
    name,
    retention: retentionDefault,
    storage: 'file',
    replicaCount: 1,
    dedupeWindowMs: dedupeWindowMsDefault,
    partitionCount: 1,
    deadLetters: { undelivered: true, schemaFailures: true },
    deadLetterStation: null,
    schema: null,
  };
}

function retentionOf(type: string, value: number): Retention {
  switch (type) {
    case 'ack_based':
      return { kind: 'acked' };
    case '':
      return retentionDefault;
    case 'message_age_sec':
      return value <= 0
        ? retentionDefault
        : { kind: 'age', ageMaxMs: Math.min(value * 1000, Number.MAX_SAFE_INTEGER) };
    case 'messages':
      return value <= 0 ? retentionDefault : { kind: 'messages', countMax: value };
    case 'bytes':
      return value <= 0 ? retentionDefault : { kind: 'bytes', bytesMax: value };
    default:
      throw new BrokerError('RETENTION_TYPE', { value: type });
  }
}

function storageOf(type: string): StationSettings['storage'] {
  if (type === '' || type === 'file') return 'file';
  if (type === 'memory') return 'memory';
  throw new BrokerError('STORAGE_TYPE', { value: type });
}

/** 1, 3 or 5: an even number has no majority worth its price. */
function replicaCountOf(replicas: number): number {
  if (replicas <= 1) return 1;
  return replicas <= 4 ? 3 : 5;
}

function dedupeWindowOf(windowMs: number, retention: Retention): number {
  const checkedMs = windowMs <= 0 ? dedupeWindowMsDefault : Math.max(windowMs, dedupeWindowMsMin);
  if (checkedMs > dedupeWindowMsMax) {
    throw new BrokerError('DEDUPE_WINDOW_TOO_LONG', { value: windowMs });
  }
  if (retention.kind === 'age' && checkedMs > retention.ageMaxMs) {
    throw new BrokerError('DEDUPE_WINDOW_PAST_RETENTION', {
      value: checkedMs,
      retention: retention.ageMaxMs,
    });
  }
  return checkedMs;
}

function partitionCountOf(partitions: number, station: string): number {
  if (partitions === 0) throw new BrokerError('PARTITIONS_MISSING');
  if (partitions < 1 || partitions > partitionCountMax) {
    throw new BrokerError('PARTITION_COUNT', { value: partitions, station });
  }
  return partitions;
}

function deadLetterStationOf(deadLetterStation: string, station: string): string | null {
  if (deadLetterStation === '') return null;
  const name = checkedName('Station', deadLetterStation);
  if (name === station) throw new BrokerError('DEAD_LETTER_STATION_ITSELF', { station });
  return name;
}
