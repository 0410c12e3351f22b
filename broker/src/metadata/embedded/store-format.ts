import { BrokerError } from '../../core/errors/index.ts';
import { StoreError } from '../../core/ports/index.ts';
import type { OrderedStore } from '../../core/ports/index.ts';
import { formatKey } from './keys.ts';
import { decodeRecord, encodeRecord } from './records.ts';

/** Raised when what an older broker would make of the store is wrong, in metadata or in messages. */
export const storeFormat = 2;

/** Of a store that has messages alone: a broker that looks for metadata in it must not begin anew. */
const messagesOnlyFormat = 3;

interface FormatRecord {
  readonly format: number;
  readonly installId: string;
  /** Of a store that has messages alone: its own id. */
  readonly storeId?: string;
}

/**
 * The format record of a store that has its metadata. Throws METADATA_ELSEWHERE when they are in Postgres,
 * STORE_FORMAT when a newer broker wrote it.
 */
export function readOwnFormat(bytes: Uint8Array): FormatRecord {
  const record = readFormat(bytes);
  if (record.format === messagesOnlyFormat) {
    throw new BrokerError('METADATA_ELSEWHERE', { wanted: 'embedded', found: 'postgres' });
  }
  return record;
}

/**
 * The id of a store whose metadata are kept in a database, for good: it is written when the store is new.
 *
 * Rejects with METADATA_ELSEWHERE when the store has metadata itself, with METADATA_MISMATCH when it belongs
 * to another installation: its messages would come up in stations that they were not sent to.
 */
export async function claimStore(
  store: OrderedStore,
  names: {
    readonly newStoreId: string;
    readonly installId: string;
    /** For the error. */
    readonly database: string;
  },
): Promise<string> {
  const { newStoreId, installId, database } = names;
  const bytes = store.get(formatKey);
  if (bytes === undefined) {
    const record: FormatRecord = { format: messagesOnlyFormat, installId, storeId: newStoreId };
    await commit(store, encodeRecord(record));
    return newStoreId;
  }
  const known = readFormat(bytes);
  if (known.storeId === undefined) {
    throw new BrokerError('METADATA_ELSEWHERE', { wanted: 'postgres', found: 'embedded' });
  }
  if (known.installId !== installId) {
    const cause = 'the data directory was used with another database';
    throw new BrokerError('METADATA_MISMATCH', { database, cause });
  }
  return known.storeId;
}

async function commit(store: OrderedStore, value: Uint8Array): Promise<void> {
  try {
    await store.commit([{ kind: 'put', key: formatKey, value }]);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new BrokerError('CHANGE_REFUSED', { cause: error.message }, error);
  }
}

function readFormat(bytes: Uint8Array): FormatRecord {
  const record = decodeRecord<FormatRecord>('format record', bytes);
  const { format } = record;
  if (format !== storeFormat && format !== messagesOnlyFormat) {
    throw new BrokerError('STORE_FORMAT', { record: 'store', format, known: storeFormat });
  }
  return record;
}
