import { ManualTime } from '../../support/manual-time.ts';
import { startFront } from './front.ts';
import { answers, consumerInfo, pull, scene } from './pull-scene.ts';
import type { RawClient } from './raw-client.ts';
import { createConsumer, createStation, produce } from './stations.ts';

describe('a waiting pull', () => {
  test('ends with 409 when its group is deleted with its last member', async () => {
    const { time, client } = await scene();
    pull(client, 'a', { batch: 1, expires: 2e9, idle_heartbeat: 1e9 });
    await client.flush();
    const request = { name: 'g', station_name: 's', connection_id: 'connection-1' };
    expect((await client.request('$memphis_consumer_destructions', request)).payload).toBe('');
    expect(await answers({ time, client }, 'a')).toEqual(['NATS/1.0 409 Consumer Deleted']);
  });

  test('ends with 409 when its station is destroyed', async () => {
    const { time, client } = await scene();
    pull(client, 'a', { batch: 1, expires: 2e9 });
    await client.flush();
    const destroyed = await client.request('$memphis_station_destructions', { station_name: 's' });
    expect(destroyed.payload).toBe('');
    expect(await answers({ time, client }, 'a')).toEqual(['NATS/1.0 409 Consumer Deleted']);
  });

  test('is gone with its inbox: its message goes to the next pull as a first delivery', async () => {
    const { time, client } = await scene();
    pull(client, 'a', { batch: 1, expires: 60e9 });
    client.send('UNSUB a\r\n');
    await client.flush();
    await produce(client, 's$1', ['m1']);
    pull(client, 'b', { batch: 1, expires: 60e9 });
    expect(await answers({ time, client }, 'b')).toEqual(['m1']);
    expect(client.messages('b')[0]?.reply).toMatch(/^\$JS\.ACK\.s\$1\.g\.1\.1\.1\./);
    expect(client.messages('a')).toEqual([]);
    expect(await consumerInfo(client)).toMatchObject({ num_waiting: 0 });
  });

  test('leaves no timer behind', async () => {
    const { time, client } = await scene();
    const timerCount = time.timerCount;
    pull(client, 'a', { batch: 1, expires: 60e9, idle_heartbeat: 1e9 });
    await client.flush();
    await time.advance(1500);
    expect(time.timerCount).toBe(timerCount + 2);
    client.send('UNSUB a\r\n');
    await client.flush();
    expect(time.timerCount).toBe(timerCount);
  });

  test('is gone with a wildcard subscription that its inbox belonged to', async () => {
    const { time, client } = await scene();
    client.subscribe('_INBOX.wild.*', 'wild');
    client.publish('$JS.API.CONSUMER.MSG.NEXT.s$1.g', '1', { reply: '_INBOX.wild.x' });
    await client.flush();
    expect(await consumerInfo(client)).toMatchObject({ num_waiting: 1 });
    client.send('UNSUB wild\r\n');
    await time.settled();
    expect(await consumerInfo(client)).toMatchObject({ num_waiting: 0 });
  });

  test('is gone with its connection', async () => {
    const { time, front, client } = await scene();
    const other = await front.connect();
    pull(other, 'a', { batch: 1, expires: 60e9 });
    await other.flush();
    other.close();
    await other.closed();
    await front.connect(); // what closed before has been noticed when a later connection is open
    expect(await consumerInfo(client)).toMatchObject({ num_waiting: 0 });
    await produce(client, 's$1', ['m1']);
    pull(client, 'b', { batch: 1, expires: 60e9 });
    await answers({ time, client }, 'b');
    expect(client.messages('b')[0]?.reply).toMatch(/^\$JS\.ACK\.s\$1\.g\.1\.1\.1\./);
  });

  test('is gone when its inbox has got as many messages as UNSUB names', async () => {
    const { time, client } = await scene(['m1', 'm2', 'm3']);
    client.subscribe('_INBOX.a', 'a');
    client.send('UNSUB a 2\r\n');
    client.publish('$JS.API.CONSUMER.MSG.NEXT.s$1.g', '10', { reply: '_INBOX.a' });
    expect(await answers({ time, client }, 'a')).toEqual(['m1', 'm2']);
    pull(client, 'b', '1');
    expect(await answers({ time, client }, 'b')).toEqual(['m3']);
    expect(client.messages('b')[0]?.reply).toMatch(/^\$JS\.ACK\.s\$1\.g\.1\.3\.3\./);
  });

  test('whose inbox nobody listens to takes no message', async () => {
    const { time, client } = await scene();
    client.publish('$JS.API.CONSUMER.MSG.NEXT.s$1.g', '1', { reply: '_INBOX.nobody' });
    await client.flush();
    await produce(client, 's$1', ['m1']);
    pull(client, 'b', { batch: 1, expires: 60e9 });
    expect(await answers({ time, client }, 'b')).toEqual(['m1']);
  });

  test('shares what comes with the others of its group in turn, and groups with nobody', async () => {
    const { time, client } = await scene();
    await createConsumer(client, 's', 'other');
    pull(client, 'a', '2');
    pull(client, 'b', '2');
    pull(client, 'c', '4', 's$1.other');
    await client.flush();
    await produce(client, 's$1', ['m1', 'm2', 'm3', 'm4']);
    expect(await answers({ time, client }, 'a')).toEqual(['m1', 'm3']);
    expect(await answers({ time, client }, 'b')).toEqual(['m2', 'm4']);
    expect(await answers({ time, client }, 'c')).toEqual(['m1', 'm2', 'm3', 'm4']);
  });

  test('gets redeliveries too, those of its own messages as well', async () => {
    const { time, client } = await scene(['m1'], { max_ack_time_ms: 1000 });
    pull(client, 'a', { batch: 10, expires: 60e9 });
    await client.flush();
    await time.advance(1000);
    expect(await answers({ time, client }, 'a')).toEqual(['m1', 'm1']);
    const [first, second] = client.messages('a');
    expect(first?.reply).toMatch(/^\$JS\.ACK\.s\$1\.g\.1\.1\.1\.\d+\.0$/);
    expect(second?.reply).toBe(first?.reply?.replace('g.1.1.1.', 'g.2.1.2.'));
  });
});

describe('the mistakes of the SDK for Node', () => {
  test('partition 0 is the last one: for publishes, CONSUMER.INFO and pulls', async () => {
    const { time, client } = await threePartitions();
    expect(await client.requestJson('s$0.final', 'm1')).toEqual({ stream: 's$3', seq: 1 });
    const info = await client.requestJson('$JS.API.CONSUMER.INFO.s$0.g');
    expect(info).toMatchObject({ stream_name: 's$3', num_pending: 1 });
    pull(client, 'a', '1', 's$0.g');
    expect(await answers({ time, client }, 'a')).toEqual(['m1']);
  });

  test('CONSUMER.INFO of a bare station name goes round its partitions', async () => {
    const { client } = await threePartitions();
    const names: unknown[] = [];
    for (let index = 0; index < 4; index++) {
      names.push((await client.requestJson('$JS.API.CONSUMER.INFO.s.g'))['stream_name']);
    }
    expect(names).toEqual(['s$1', 's$2', 's$3', 's$1']);
  });
});

async function threePartitions(): Promise<{ time: ManualTime; client: RawClient }> {
  const time = new ManualTime();
  const front = await startFront({ time });
  const client = await front.connect();
  await createStation(client, 's', { partitions_number: 3 });
  await createConsumer(client, 's', 'g');
  return { time, client };
}
