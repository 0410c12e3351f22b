import { headerBlocks } from '../../../../../broker/src/codecs/nats/index.ts';
import { LocalEngine } from '../../../../../broker/src/core/local-engine/index.ts';
import { StoreError } from '../../../../../broker/src/core/ports/index.ts';
import type { StoreChange } from '../../../../../broker/src/core/ports/index.ts';
import { defaultStationSettings } from '../../../../../broker/src/core/stations/index.ts';
import type { Station } from '../../../../../broker/src/core/stations/index.ts';
import { MemoryStore } from '../../../../../broker/src/engines/memory/index.ts';
import { limits } from '../../../../../broker/src/config/index.ts';
import { ManualTime } from '../../../../support/manual-time.ts';

const payload = new Uint8Array(1000).fill(7);

/** A store that tells what it was given, and refuses whatever holds a payload when it is full. */
class WatchedStore extends MemoryStore {
  readonly changes: StoreChange[] = [];
  isFull = false;

  override commit(changes: readonly StoreChange[]): Promise<void> {
    const bytes = changes.reduce(
      (sum, each) => sum + (each.kind === 'put' ? each.value.length : 0),
      0,
    );
    if (this.isFull && bytes >= payload.length) {
      return Promise.reject(new StoreError('full', 'the disk lacks room', undefined));
    }
    this.changes.push(...changes);
    return super.commit(changes);
  }
}

async function engineOver(store: WatchedStore): Promise<LocalEngine> {
  const time = new ManualTime();
  const unexpected = (error: Error): never => {
    throw error;
  };
  const engine = new LocalEngine(
    store,
    { clock: time, scheduler: time },
    {
      ...limits,
      memoryStationBytesMax: 1_000_000,
      readHeader: headerBlocks.read,
      onDeadLettersFull: unexpected,
      onFatal: unexpected,
    },
  );
  for (const [id, storage] of [
    [1, 'memory'],
    [2, 'file'],
  ] as const) {
    const settings = defaultStationSettings(`station-${String(id)}`);
    const station: Station = { ...settings, id, storage, createdAtMs: 0, createdBy: 'root' };
    await engine.openStation(station);
  }
  return engine;
}

function outcomeOf(engine: LocalEngine, stationId: number, messageId?: string): Promise<string> {
  const message = { message: payload, headerBytes: 0, messageId };
  return new Promise((resolve) => {
    engine.append({ stationId, partition: 1 }, message, {
      stored: () => resolve('stored'),
      refused: ({ code }) => resolve(code),
    });
  });
}

describe('LocalEngine with a memory station', () => {
  test('leaves neither a message nor a message id on the disk', async () => {
    const store = new WatchedStore();
    const engine = await engineOver(store);
    expect(await outcomeOf(engine, 1, 'id-of-it')).toBe('stored');
    const written = store.changes.map((change) =>
      change.kind === 'put' ? change.value.length : 0,
    );
    expect(written).toEqual([33]); // the head of the partition
    expect(await outcomeOf(engine, 2, 'id-of-it')).toBe('stored');
    expect(store.changes).toHaveLength(4); // and here a block and an id beside it
  });

  test('takes messages while the disk has no room for those of file stations', async () => {
    const store = new WatchedStore();
    const engine = await engineOver(store);
    store.isFull = true;
    expect(await outcomeOf(engine, 2)).toBe('STORE_REFUSED');
    const outcomes = [outcomeOf(engine, 2), outcomeOf(engine, 1), outcomeOf(engine, 2)];
    expect(await Promise.all(outcomes)).toEqual(['STORE_REFUSED', 'stored', 'STORE_REFUSED']);
  });
});
