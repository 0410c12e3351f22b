import { BrokerError } from '../../../../../broker/src/core/errors/index.ts';
import {
  defaultStationSettings,
  StationRegistry,
} from '../../../../../broker/src/core/stations/index.ts';
import type { Station } from '../../../../../broker/src/core/stations/index.ts';
import { MemoryMetadataStore } from '../../../../../broker/src/metadata/memory/index.ts';
import { ManualTime } from '../../../../support/manual-time.ts';
import { RecordedEngine } from '../../../../support/index.ts';

const stationLimits = {
  stationCountMax: 1000,
  partitionCountMax: 100,
  totalPartitionCountMax: 1000,
};

function newRegistry(metadata = new MemoryMetadataStore()) {
  const engine = new RecordedEngine();
  const time = new ManualTime();
  const registry = new StationRegistry(metadata, engine.port, time, stationLimits);
  return { registry, engine, metadata, time };
}

const orders = defaultStationSettings('orders');

describe('StationRegistry', () => {
  test('creates a station with the time and who asked, known to the engine, found at once', async () => {
    const { registry, engine, metadata, time } = newRegistry();
    const { station, created } = await registry.create(orders, 'ann');
    expect(created).toBe(true);
    expect(station).toMatchObject({ ...orders, createdBy: 'ann', createdAtMs: time.wallMs() });
    expect(registry.find('orders')).toBe(station);
    expect(registry.byId(station.id)).toBe(station);
    expect(await metadata.stations()).toEqual([station]);
    expect(engine.calls).toEqual(['open orders']);
  });

  test('forgets a station whose deletion may have begun, and says that the outcome is not known', async () => {
    const { registry, metadata } = newRegistry();
    await registry.create(orders, 'ann');
    const removed: string[] = [];
    registry.onRemoved(({ name }) => removed.push(name));
    const unknown = new BrokerError('METADATA_OUTCOME_UNKNOWN', { cause: 'planted' });
    metadata.deleteStation = () => Promise.reject(unknown);
    await expect(registry.destroy('orders')).rejects.toBe(unknown);
    expect(registry.find('orders')).toBeUndefined();
    expect(removed).toEqual(['orders']);
  });

  test('leaves an existing station as it is', async () => {
    const { registry, engine } = newRegistry();
    const { station } = await registry.create(orders, 'ann');
    const again = await registry.create({ ...orders, partitionCount: 5 }, 'bob');
    expect(again).toEqual({ station, created: false });
    expect(again.station.partitionCount).toBe(1);
    expect(engine.calls).toEqual(['open orders']);
  });

  test('creates once what many ask for at once', async () => {
    const { registry, engine } = newRegistry();
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () => registry.create(orders, 'ann')),
    );
    expect(outcomes.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(outcomes.map(({ station }) => station)).size).toBe(1);
    expect(engine.calls).toEqual(['open orders']);
  });

  test('does not show a station before it is durable', async () => {
    const { registry } = newRegistry();
    const creation = registry.create(orders, 'ann');
    expect(registry.find('orders')).toBeUndefined();
    await creation;
    expect(registry.find('orders')).toBeDefined();
  });

  test('creates the dead-letter station that is missing, with defaults, before the other', async () => {
    const { registry, engine } = newRegistry();
    await registry.create({ ...orders, partitionCount: 3, deadLetterStation: 'dead' }, 'ann');
    expect(engine.calls).toEqual(['open dead', 'open orders > dead']);
    expect(registry.find('dead')).toMatchObject(defaultStationSettings('dead'));
  });

  test('takes a dead-letter station that is there as it is', async () => {
    const { registry } = newRegistry();
    const { station } = await registry.create({ ...orders, name: 'dead', partitionCount: 9 }, 'x');
    await registry.create({ ...orders, deadLetterStation: 'dead' }, 'ann');
    expect(registry.find('dead')).toBe(station);
  });

  test('creates no dead-letter station for a station that exists', async () => {
    const { registry } = newRegistry();
    await registry.create(orders, 'ann');
    await registry.create({ ...orders, deadLetterStation: 'dead' }, 'ann');
    expect(registry.find('dead')).toBeUndefined();
  });

  test('creates two stations at once that are each other’s dead-letter station', async () => {
    const { registry } = newRegistry();
    await Promise.all([
      registry.create({ ...orders, name: 'a', deadLetterStation: 'b' }, 'ann'),
      registry.create({ ...orders, name: 'b', deadLetterStation: 'a' }, 'ann'),
    ]);
    expect(registry.list().map(({ name }) => name)).toEqual(['a', 'b']);
  });

  test('ensures a station with default settings, and the one that is there', async () => {
    const { registry } = newRegistry();
    const station = await registry.ensure('orders', 'ann');
    expect(station).toMatchObject(orders);
    expect(await registry.ensure('orders', 'bob')).toBe(station);
  });

  test('lists stations in the order of their names', async () => {
    const { registry } = newRegistry();
    for (const name of ['b', 'c', 'a']) await registry.ensure(name, 'ann');
    expect(registry.list().map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });

  test('does not find a station while it is being destroyed, and tells who listens when it is gone', async () => {
    const { registry, engine, metadata } = newRegistry();
    const { station } = await registry.create(orders, 'ann');
    const removed: Station[] = [];
    registry.onRemoved((gone) => removed.push(gone));
    const deleteStation = metadata.deleteStation.bind(metadata);
    metadata.deleteStation = (name, parts) => {
      expect(registry.find('orders')).toBeUndefined();
      expect(registry.byId(station.id)).toBeUndefined();
      expect(removed).toEqual([]);
      return deleteStation(name, parts);
    };
    expect(await registry.destroy('orders')).toBe(true);
    expect(removed).toEqual([station]);
    expect(engine.calls).toEqual(['open orders', `remove ${String(station.id)}`]);
    expect(await metadata.stations()).toEqual([]);
  });

  test('answers false for destroying what is not there', async () => {
    const { registry } = newRegistry();
    const removed: Station[] = [];
    registry.onRemoved((gone) => removed.push(gone));
    expect(await registry.destroy('orders')).toBe(false);
    expect(removed).toEqual([]);
  });

  test('destroys once what many destroy at once', async () => {
    const { registry } = newRegistry();
    await registry.create(orders, 'ann');
    const outcomes = await Promise.all([registry.destroy('orders'), registry.destroy('orders')]);
    expect(outcomes).toEqual([true, false]);
  });

  test('creates a new station behind a destruction of the same name', async () => {
    const { registry } = newRegistry();
    const { station } = await registry.create(orders, 'ann');
    const [, next] = await Promise.all([
      registry.destroy('orders'),
      registry.create({ ...orders, partitionCount: 2 }, 'bob'),
    ]);
    expect(next.created).toBe(true);
    expect(next.station.id).toBeGreaterThan(station.id);
    expect(registry.find('orders')).toBe(next.station);
  });

  test('keeps a station whose destruction is refused', async () => {
    const metadata = new MemoryMetadataStore();
    metadata.deleteStation = () => Promise.reject(new Error('planted'));
    const { registry } = newRegistry(metadata);
    const { station } = await registry.create(orders, 'ann');
    await expect(registry.destroy('orders')).rejects.toThrow('planted');
    expect(registry.find('orders')).toBe(station);
    expect(registry.byId(station.id)).toBe(station);
  });

  test('has nothing of a station whose creation is refused, and creates it the next time', async () => {
    const { registry, engine } = newRegistry();
    engine.failure = new Error('planted');
    await expect(registry.create(orders, 'ann')).rejects.toThrow('planted');
    expect(registry.find('orders')).toBeUndefined();
    engine.failure = undefined;
    expect((await registry.create(orders, 'ann')).created).toBe(true);
  });

  test('forgets a destroyed station where others name it for their dead letters, in the engine too', async () => {
    const { registry, engine, metadata } = newRegistry();
    await registry.create({ ...orders, deadLetterStation: 'dead' }, 'ann');
    await registry.create({ ...orders, name: 'other', deadLetterStation: 'else' }, 'ann');
    engine.calls.length = 0;
    await registry.destroy('dead');
    expect(registry.find('orders')?.deadLetterStation).toBeNull();
    expect(registry.find('other')?.deadLetterStation).toBe('else');
    expect(engine.calls.slice(1)).toEqual(['open orders']);
    expect(await metadata.stations()).toEqual(registry.list());
  });

  test('loads what the metadata has, after recovery, and opens it in the engine', async () => {
    const { registry, metadata } = newRegistry();
    await registry.create({ ...orders, deadLetterStation: 'dead' }, 'ann');
    const reloaded = newRegistry(metadata);
    let recovered = false;
    const recover = metadata.recover.bind(metadata);
    metadata.recover = async (parts) => {
      expect(reloaded.engine.calls).toEqual([]);
      await recover(parts);
      recovered = true;
    };
    await reloaded.registry.load();
    expect(recovered).toBe(true);
    expect(reloaded.registry.list()).toEqual(registry.list());
    expect(reloaded.engine.calls).toEqual(['open dead', 'open orders > dead']);
  });
});
