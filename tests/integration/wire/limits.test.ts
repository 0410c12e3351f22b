import { startFront } from './front.ts';
import { createConsumer, createStation } from './stations.ts';

const creation = {
  retention_type: 'messages',
  retention_value: 10,
  storage_type: 'file',
  replicas: 1,
};

describe('a limit', () => {
  test('of stations refuses one more by name, and lets one come when one has gone', async () => {
    const front = await startFront({ stationLimits: { stationCountMax: 2 } });
    const client = await front.connect();
    await createStation(client, 'a');
    await createStation(client, 'b');
    const create = async (name: string) =>
      (
        await client.request('$memphis_station_creations', {
          ...creation,
          name,
          partitions_number: 1,
        })
      ).payload;
    expect(await create('c')).toBe('maximum stations exceeded: there may be 2');
    expect(await create('a')).toBe(''); // there already, and as it was asked for
    const producer = await client.requestJson('$memphis_producer_creations', {
      name: 'p',
      station_name: 'd',
      connection_id: 'c',
      producer_type: 'application',
      req_version: 4,
      username: 'root',
    });
    expect(producer['error']).toBe('maximum stations exceeded: there may be 2');
    await client.request('$memphis_station_destructions', { station_name: 'a' });
    expect(await create('c')).toBe('');
  });

  test('of partitions refuses a station with more', async () => {
    const front = await startFront({ stationLimits: { partitionCountMax: 3 } });
    const client = await front.connect();
    const { payload } = await client.request('$memphis_station_creations', {
      ...creation,
      name: 'wide',
      partitions_number: 4,
    });
    expect(payload).toBe(
      'cannot create station with 4 partitions (max:3 min:1): Station -  wide, ',
    );
    await createStation(client, 'narrow', { partitions_number: 3 });
  });

  test('of partitions of all stations together refuses one that would make them more', async () => {
    const front = await startFront({ stationLimits: { totalPartitionCountMax: 5 } });
    const client = await front.connect();
    const create = async (name: string, count: number) => {
      const request = { ...creation, name, partitions_number: count };
      return (await client.request('$memphis_station_creations', request)).payload;
    };
    expect(await create('a', 3)).toBe('');
    const refusal = 'maximum partitions exceeded: there are 3, and there may be 5';
    expect(await create('b', 3)).toBe(refusal);
    expect(await create('a', 3)).toBe(''); // there already
    await front.services.stations.setSchema('a', null); // takes its own place
    await client.request('$memphis_station_destructions', { station_name: 'a' });
    expect(await create('b', 5)).toBe('');
    expect(await create('c', 1)).toContain('there are 5');
  });

  test('of headers refuses what a station would keep, and nothing else', async () => {
    const front = await startFront({ limits: { headerBytesMax: 100 } });
    const client = await front.connect();
    await createStation(client, 's');
    await createConsumer(client, 's', 'g');
    const block = (length: number) => `NATS/1.0\r\nk: ${'v'.repeat(length - 17)}\r\n\r\n`;
    expect(block(100)).toHaveLength(100);
    expect(await client.requestJson('s$1.final', 'x', block(101))).toEqual({
      type: 'io.nats.jetstream.api.v1.pub_ack_response',
      error: {
        code: 400,
        err_code: 10097,
        description: 'header size exceeds maximum allowed of 100 bytes',
      },
      stream: 's$1',
      seq: 0,
    });
    expect(await client.requestJson('s$1.final', 'x', block(100))).toEqual({
      stream: 's$1',
      seq: 1,
    });
    client.subscribe('core', 'core');
    client.publish('core', 'x', { headers: block(500) });
    await client.received('core', 1);
  });

  test('of control lines is the one that was set', async () => {
    const front = await startFront({ limits: { controlLineBytesMax: 1024 } });
    const client = await front.connect();
    client.subscribe('a'.repeat(1000), '1');
    await client.flush();
    expect(client.isClosed).toBe(false);
    client.subscribe('a'.repeat(1100), '2');
    await client.closed();
    expect(client.lines.at(-1)).toBe("-ERR 'maximum control line exceeded'");
  });
});
