import { SchemaRegistry, StationSchemas } from '../../../../../broker/src/core/schemas/index.ts';
import {
  defaultStationSettings,
  StationRegistry,
} from '../../../../../broker/src/core/stations/index.ts';
import { MemoryMetadataStore } from '../../../../../broker/src/metadata/memory/index.ts';
import { ManualTime } from '../../../../support/manual-time.ts';
import { RecordedEngine } from '../../../../support/index.ts';

const limits = { schemaBytesMax: 100, schemaVersionCountMax: 3 };

async function newScene() {
  const metadata = new MemoryMetadataStore();
  const time = new ManualTime();
  const bounds = { stationCountMax: 10, partitionCountMax: 10, totalPartitionCountMax: 100 };
  const stations = new StationRegistry(metadata, new RecordedEngine().port, time, bounds);
  const format = { name: 'json', check: () => ({ messageName: '', descriptor: '' }) } as const;
  const schemas = new SchemaRegistry(metadata, [format], time, limits);
  const stationSchemas = new StationSchemas(schemas, stations);
  const told: string[] = [];
  stationSchemas.onChanged((station, enforced) => {
    const { schema, version } = enforced ?? {};
    told.push(`${station.name}: ${schema?.name ?? 'nothing'} ${String(version?.number ?? '')}`);
  });
  await stations.ensure('orders', 'ann');
  await schemas.create({ name: 'shape', format: 'json', content: 'one' }, 'ann');
  await schemas.create({ name: 'shape', format: 'json', content: 'two' }, 'ann');
  return { metadata, stations, schemas, stationSchemas, told };
}

describe('StationSchemas', () => {
  test('attaches a schema, of which the active version counts, and tells who listens', async () => {
    const { metadata, stations, schemas, stationSchemas, told } = await newScene();
    await stationSchemas.attach('shape', 'orders');
    const station = stations.find('orders')!;
    expect(station.schema).toBe('shape');
    expect(stations.byId(station.id)).toBe(station);
    expect(stationSchemas.of(station)?.version.content).toBe('one');
    expect(await metadata.stations()).toMatchObject([{ schema: 'shape' }]);
    await schemas.activate('shape', 2);
    expect(stationSchemas.of(station)?.version.content).toBe('two');
    await stationSchemas.attach('shape', 'orders');
    expect(told).toEqual(['orders: shape 1', 'orders: shape 2']);
  });

  test('detaches, also where nothing is attached', async () => {
    const { stations, stationSchemas, told } = await newScene();
    await stationSchemas.attach('shape', 'orders');
    await stationSchemas.detach('orders');
    await stationSchemas.detach('orders');
    expect(stations.find('orders')?.schema).toBeNull();
    expect(stationSchemas.of(stations.find('orders')!)).toBeUndefined();
    expect(told).toEqual(['orders: shape 1', 'orders: nothing ', 'orders: nothing ']);
  });

  test('rejects what does not exist, the station first', async () => {
    const { stationSchemas, told } = await newScene();
    const noStation = { code: 'STATION_NOT_FOUND' };
    await expect(stationSchemas.attach('none', 'none')).rejects.toMatchObject(noStation);
    await expect(stationSchemas.detach('none')).rejects.toMatchObject(noStation);
    await expect(stationSchemas.attach('none', 'orders')).rejects.toMatchObject({
      code: 'SCHEMA_NOT_FOUND',
      wireText: 'Schema none does not exist',
    });
    expect(told).toEqual([]);
  });

  test('creates a station with a schema that exists, and none with another', async () => {
    const { stations, stationSchemas } = await newScene();
    const settings = { ...defaultStationSettings('new'), schema: 'shape' };
    const { station } = await stationSchemas.createStation(settings, 'ann');
    expect(stationSchemas.of(station)?.schema.name).toBe('shape');
    const wrong = { ...defaultStationSettings('other'), schema: 'none' };
    await expect(stationSchemas.createStation(wrong, 'ann')).rejects.toMatchObject({
      code: 'SCHEMA_NOT_FOUND',
    });
    expect(stations.find('other')).toBeUndefined();
    await stationSchemas.createStation(defaultStationSettings('third'), 'ann');
    expect(stations.find('third')?.schema).toBeNull();
  });

  test('removes a schema from its stations too, and tells their producers', async () => {
    const { metadata, stations, schemas, stationSchemas, told } = await newScene();
    await stations.ensure('free', 'ann');
    await stationSchemas.attach('shape', 'orders');
    expect(await stationSchemas.remove('shape')).toBe(true);
    expect(await stationSchemas.remove('shape')).toBe(false);
    expect(schemas.find('shape')).toBeUndefined();
    expect(stations.find('orders')?.schema).toBeNull();
    expect(await metadata.stations()).toMatchObject([{ schema: null }, { schema: null }]);
    expect(told).toEqual(['orders: shape 1', 'orders: nothing ']);
  });

  test('leaves no station with a schema that is removed while it is attached', async () => {
    const { stations, stationSchemas } = await newScene();
    const settings = { ...defaultStationSettings('new'), schema: 'shape' };
    await Promise.allSettled([
      stationSchemas.attach('shape', 'orders'),
      stationSchemas.createStation(settings, 'ann'),
      stationSchemas.remove('shape'),
    ]);
    expect(stations.list().map(({ schema }) => schema)).toEqual([null, null]);
  });

  test('attaches to none that is destroyed meanwhile', async () => {
    const { stations, stationSchemas } = await newScene();
    const [destroyed, attached] = await Promise.allSettled([
      stations.destroy('orders'),
      stationSchemas.attach('shape', 'orders'),
    ]);
    expect(destroyed).toMatchObject({ value: true });
    expect(attached).toMatchObject({ reason: { code: 'STATION_NOT_FOUND' } });
    expect(stations.list()).toEqual([]);
  });
});
