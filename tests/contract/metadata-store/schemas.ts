import type { MetadataSuite } from './behaviour-table.ts';
import { draft, schema } from './records.ts';

/** What the contract says of schemas, and of the stations that have them. */
export function schemaBehaviours(suite: MetadataSuite): void {
  suite.behaviour('changes the schema of a station and nothing else', async (bench) => {
    const { metadata, engine } = bench;
    const station = await metadata.createStation(draft('a', { partitionCount: 3 }), engine);
    const changed = { ...station, schema: 'shape' };
    expect(await metadata.setStationSchema('a', 'shape')).toEqual(changed);
    expect(await metadata.stations()).toEqual([changed]);
    expect(await metadata.setStationSchema('a', null)).toEqual(station);
    expect(await metadata.setStationSchema('b', 'shape')).toBeUndefined();
    expect(await metadata.stations()).toEqual([station]);
  });

  suite.behaviour(
    'loses none of the changes to one station that come at the same time',
    async ({ metadata, engine }) => {
      await metadata.createStation(draft('dead'), engine);
      await metadata.createStation(
        draft('a', { deadLetterStation: 'dead', schema: 'old' }),
        engine,
      );
      await metadata.putSchema(schema('old'));
      await Promise.all([
        metadata.setStationSchema('a', 'new'),
        metadata.deleteStation('dead', engine),
        metadata.deleteSchema('old'),
      ]);
      expect(await metadata.stations()).toMatchObject([{ schema: 'new', deadLetterStation: null }]);
    },
  );

  suite.behaviour('removes a station for good, also while its schema changes', async (bench) => {
    await bench.metadata.createStation(draft('a'), bench.engine);
    await Promise.all([
      bench.metadata.setStationSchema('a', 'shape'),
      bench.metadata.deleteStation('a', bench.engine),
    ]);
    expect(await bench.metadata.stations()).toEqual([]);
  });

  suite.behaviour('keeps schemas with all their versions', async ({ metadata }) => {
    await metadata.putSchema(schema('a'));
    await metadata.putSchema(schema('a.b', 300));
    await metadata.putSchema({ ...schema('a', 2), activeVersion: 2 });
    const schemas = [...(await metadata.schemas())].sort((a, b) => (a.name < b.name ? -1 : 1));
    expect(schemas).toEqual([{ ...schema('a', 2), activeVersion: 2 }, schema('a.b', 300)]);
  });

  suite.behaviour(
    'removes a schema with its versions, also where stations have it',
    async ({ metadata, engine }) => {
      await metadata.putSchema(schema('a', 3));
      await metadata.putSchema(schema('b'));
      await metadata.createStation(draft('one', { schema: 'a' }), engine);
      await metadata.createStation(draft('two', { schema: 'b' }), engine);
      expect(await metadata.deleteSchema('a')).toBe(true);
      expect(await metadata.deleteSchema('a')).toBe(false);
      expect(await metadata.schemas()).toEqual([schema('b')]);
      expect(await metadata.stations()).toMatchObject([{ schema: null }, { schema: 'b' }]);
      await metadata.putSchema(schema('a'));
      expect(await metadata.schemas()).toContainEqual(schema('a'));
    },
  );
}
