import { ManualTime } from '../../support/manual-time.ts';
import { startFront } from './front.ts';
import { answers, consumerInfo, graceMs, heartbeat, pull, scene, timeout } from './pull-scene.ts';
import { createConsumer, produce, sdkHeaders } from './stations.ts';

// Goal: pulls as wire-protocol.md 3.4 to 3.7 has them. Method: raw sockets against a front whose
// time only the test moves, so that "not before" and "at once" can be said exactly.

describe('a pull with messages there', () => {
  test('gets them at once on the subject of the stream, each with its ack subject', async () => {
    const { time, client } = await scene(['m1', 'm2']);
    const storedAtNs = `${time.wallMs()}000000`;
    pull(client, 'a', { batch: 5, max_bytes: 0, idle_heartbeat: 5e8, expires: 1e9 });
    await answers({ time, client }, 'a');
    expect(client.messages('a').map(({ line }) => line)).toEqual([
      `HMSG s$1.final a $JS.ACK.s$1.g.1.1.1.${storedAtNs}.1 74 76`,
      `HMSG s$1.final a $JS.ACK.s$1.g.1.2.2.${storedAtNs}.0 74 76`,
    ]);
    expect(client.messages('a')[0]).toMatchObject({ headers: sdkHeaders, payload: 'm1' });
  });

  test('ends with 408 and both pending headers some time after it expires, not before', async () => {
    const { time, client } = await scene(['m1', 'm2']);
    pull(client, 'a', { batch: 5, expires: 1e9 });
    await client.flush();
    await time.advance(1000 + graceMs - 1);
    expect(await answers({ time, client }, 'a')).toEqual(['m1', 'm2']);
    await time.advance(1);
    expect(await answers({ time, client }, 'a')).toEqual(['m1', 'm2', timeout]);
    expect(client.messages('a').at(-1)).toMatchObject({
      line: 'HMSG _INBOX.a a 81 81',
      headers: `${timeout}\r\nNats-Pending-Messages: 3\r\nNats-Pending-Bytes: 0\r\n\r\n`,
    });
  });

  test('that is filled hears nothing more', async () => {
    const { time, client } = await scene(['m1', 'm2']);
    pull(client, 'a', { batch: 2, expires: 1e9, idle_heartbeat: 1e8 });
    await client.flush();
    await time.advance(2000);
    expect(await answers({ time, client }, 'a')).toEqual(['m1', 'm2']);
  });

  test('gets no message between its end and the 408: nobody takes it any more', async () => {
    const { time, client } = await scene();
    pull(client, 'a', { batch: 1, expires: 1e9 });
    await client.flush();
    await time.advance(1000);
    await produce(client, 's$1', ['late']);
    await time.advance(graceMs);
    expect(await answers({ time, client }, 'a')).toEqual([timeout]);
    pull(client, 'b', { batch: 1, expires: 1e9 });
    await answers({ time, client }, 'b');
    expect(client.messages('b')[0]?.reply).toMatch(/^\$JS\.ACK\.s\$1\.g\.1\.1\.1\./);
  });

  test('gets an empty header block where the publisher sent none', async () => {
    const { time, client } = await scene();
    expect(await client.requestJson('s$1.final', 'bare')).toEqual({ stream: 's$1', seq: 1 });
    pull(client, 'a', '1');
    await answers({ time, client }, 'a');
    expect(client.messages('a')[0]).toMatchObject({
      headers: 'NATS/1.0\r\n\r\n',
      payload: 'bare',
    });
  });

  test('is refused with 409 and both pending headers when the next is too large, which stays', async () => {
    const { time, client } = await scene(['x'.repeat(200)]);
    pull(client, 'a', { batch: 5, max_bytes: 10, expires: 4e8, idle_heartbeat: 2e8 });
    await answers({ time, client }, 'a');
    expect(client.messages('a').map(({ headers }) => headers)).toEqual([
      'NATS/1.0 409 Message Size Exceeds MaxBytes\r\nNats-Pending-Messages: 5\r\nNats-Pending-Bytes: 10\r\n\r\n',
    ]);
    pull(client, 'b', { batch: 1, expires: 1e9 });
    expect(await answers({ time, client }, 'b')).toEqual(['x'.repeat(200)]);
  });
});

describe('a pull with nothing there', () => {
  test('hears every half of its time that it still waits, with the last numbers of the group', async () => {
    const { time, client } = await scene(['m1', 'm2']);
    pull(client, 'first', { batch: 2, expires: 1e9 });
    await client.flush();
    pull(client, 'a', { batch: 5, max_bytes: 0, idle_heartbeat: 5e8, expires: 1e9 });
    await client.flush();
    await time.advance(499);
    expect(await answers({ time, client }, 'a')).toEqual([]);
    await time.advance(1);
    expect(await answers({ time, client }, 'a')).toEqual([heartbeat]);
    expect(client.messages('a')[0]).toMatchObject({
      line: 'HMSG _INBOX.a a 75 75',
      headers: `${heartbeat}\r\nNats-Last-Consumer: 2\r\nNats-Last-Stream: 2\r\n\r\n`,
    });
    await time.advance(500 + graceMs);
    expect(await answers({ time, client }, 'a')).toEqual([heartbeat, timeout]);
  });

  test('hears of the last message that the group had, though it had an older one again itself', async () => {
    const { time, client } = await scene(['m1', 'm2'], { max_ack_time_ms: 1000 });
    pull(client, 'first', { batch: 2, expires: 1e9 });
    await client.flush();
    await time.advance(500);
    client.publish(client.messages('first')[1]?.reply ?? '', '+ACK');
    await client.flush();
    pull(client, 'a', { batch: 5, expires: 2e9, idle_heartbeat: 9e8 });
    await client.flush();
    await time.advance(500);
    expect(await answers({ time, client }, 'a')).toEqual(['m1']);
    await time.advance(900);
    expect(await answers({ time, client }, 'a')).toEqual(['m1', heartbeat]);
    expect(client.messages('a')[1]).toMatchObject({
      headers: `${heartbeat}\r\nNats-Last-Consumer: 3\r\nNats-Last-Stream: 2\r\n\r\n`,
    });
  });

  test('no heartbeat comes right before the 408, however early a timer is', async () => {
    const { time, client } = await scene();
    pull(client, 'a', { batch: 5, idle_heartbeat: 499e6, expires: 1e9 });
    await client.flush();
    await time.advance(1000 + graceMs);
    expect(await answers({ time, client }, 'a')).toEqual([heartbeat, timeout]);
  });

  test('hears so again only when nothing has come for the whole interval', async () => {
    const { time, client } = await scene();
    pull(client, 'a', { batch: 5, idle_heartbeat: 4e8, expires: 2e9 });
    await client.flush();
    await time.advance(300);
    await produce(client, 's$1', ['m1']);
    await time.advance(399);
    expect(await answers({ time, client }, 'a')).toEqual(['m1']);
    await time.advance(1);
    expect(await answers({ time, client }, 'a')).toEqual(['m1', heartbeat]);
  });

  test('gets what is published while it waits', async () => {
    const { time, client } = await scene();
    pull(client, 'a', '2');
    await client.flush();
    await produce(client, 's$1', ['m1', 'm2', 'm3']);
    expect(await answers({ time, client }, 'a')).toEqual(['m1', 'm2']);
  });

  test('waits without an end when it names none, and an empty body asks for one message', async () => {
    const { time, client } = await scene();
    pull(client, 'a', '');
    await client.flush();
    await time.advance(90_000);
    await produce(client, 's$1', ['m1', 'm2']);
    expect(await answers({ time, client }, 'a')).toEqual(['m1']);
  });

  test('is answered with 408, not refused, when it wants to wait for microseconds', async () => {
    const { time, client } = await scene();
    pull(client, 'a', { batch: 10, expires: 3000 });
    await client.flush();
    await time.advance(1 + graceMs);
    expect(await answers({ time, client }, 'a')).toEqual([timeout]);
  });

  test.each([0, -1])(
    'is answered with 408 and its own number when it asks for %d',
    async (batch) => {
      const { time, client } = await scene(['m1']);
      pull(client, 'a', { batch, expires: 2e8 });
      await client.flush();
      await time.advance(200 + graceMs);
      await answers({ time, client }, 'a');
      expect(client.messages('a').map(({ headers }) => headers)).toEqual([
        `${timeout}\r\nNats-Pending-Messages: ${batch}\r\nNats-Pending-Bytes: 0\r\n\r\n`,
      ]);
    },
  );
});

describe('a pull that does not wait', () => {
  test('gets what is there and the 408 behind it (nats-py)', async () => {
    const { time, client } = await scene(['m1', 'm2', 'm3']);
    pull(client, 'a', { batch: 10, expires: 4_999_900_000, no_wait: true });
    expect(await answers({ time, client }, 'a')).toEqual(['m1', 'm2', 'm3', timeout]);
    expect(client.messages('a').at(-1)?.headers).toContain('Nats-Pending-Messages: 7\r\n');
  });

  test('with a time, waits for the first messages and ends behind them', async () => {
    const { time, client } = await scene();
    pull(client, 'a', { batch: 10, expires: 4_999_900_000, no_wait: true });
    await client.flush();
    await time.advance(1000);
    expect(await answers({ time, client }, 'a')).toEqual([]);
    await produce(client, 's$1', ['m1']);
    expect(await answers({ time, client }, 'a')).toEqual(['m1', timeout]);
    await produce(client, 's$1', ['m2']);
    expect(await answers({ time, client }, 'a')).toEqual(['m1', timeout]);
  });

  test('with a time, ends with 408 when that has passed and nothing came', async () => {
    const { time, client } = await scene();
    pull(client, 'a', { batch: 10, expires: 4_999_900_000, no_wait: true });
    await client.flush();
    await time.advance(5000 + graceMs - 1);
    expect(await answers({ time, client }, 'a')).toEqual([]);
    await time.advance(1);
    expect(await answers({ time, client }, 'a')).toEqual([timeout]);
  });

  test('without a time, is told at once that there is nothing', async () => {
    const { time, client } = await scene();
    pull(client, 'a', { batch: 10, no_wait: true });
    await answers({ time, client }, 'a');
    expect(client.messages('a')).toMatchObject([
      { line: 'HMSG _INBOX.a a 28 28', headers: 'NATS/1.0 404 No Messages\r\n\r\n' },
    ]);
    expect(await consumerInfo(client)).toMatchObject({ num_waiting: 0 });
  });

  test('without a time, gets what is there and then the 408', async () => {
    const { time, client } = await scene(['m1']);
    pull(client, 'a', { batch: 50, no_wait: true });
    expect(await answers({ time, client }, 'a')).toEqual(['m1', timeout]);
    expect(client.messages('a').at(-1)?.headers).toContain('Nats-Pending-Messages: 49\r\n');
  });
});

describe('a pull that cannot be', () => {
  test.each([
    ['bad JSON', '{bad', 'NATS/1.0 400 Bad Request - invalid JSON'],
    [
      'a heartbeat larger than half its time',
      { batch: 1, expires: 1e9, idle_heartbeat: 501e6 },
      'NATS/1.0 400 Bad Request - heartbeat value too large',
    ],
    [
      'a batch that is no number',
      { batch: 'x' },
      'NATS/1.0 400 Bad Request - batch must be an integer',
    ],
  ])('is refused with the reason: %s', async (_, body, expected) => {
    const { time, client } = await scene();
    pull(client, 'a', body);
    expect(await answers({ time, client }, 'a')).toEqual([expected]);
  });

  test.each(['s$1.nogroup', 'nostation$1.g', 's$2.g', 's.g', 's$1', 's$1.g.x'])(
    'is answered with 503 at once: %s',
    async (target) => {
      const { time, client } = await scene();
      pull(client, 'a', { batch: 1, expires: 1e9 }, target);
      expect(await answers({ time, client }, 'a')).toEqual(['NATS/1.0 503']);
    },
  );

  test('is refused with 409 when 512 wait in its group', async () => {
    const { time, client } = await scene();
    for (let index = 0; index < 513; index++) pull(client, `w${index}`, { batch: 1, expires: 1e9 });
    expect(await answers({ time, client }, 'w512')).toEqual(['NATS/1.0 409 Exceeded MaxWaiting']);
    expect(await answers({ time, client }, 'w511')).toEqual([]);
  });

  test('is refused with 409 when as many of its connection wait as may', async () => {
    const time = new ManualTime();
    const front = await startFront({ time, limits: { pullCountMax: 2 } });
    const client = await front.connect();
    await createConsumer(client, 's', 'g');
    for (const name of ['a', 'b', 'c']) pull(client, name, { batch: 0, expires: 60e9 });
    expect(await answers({ time, client }, 'b')).toEqual([]);
    expect(await answers({ time, client }, 'c')).toEqual(['NATS/1.0 409 Exceeded MaxWaiting']);
    await time.advance(60_000 + graceMs);
    pull(client, 'd', { batch: 1, no_wait: true });
    expect(await answers({ time, client }, 'd')).toEqual(['NATS/1.0 404 No Messages']);
  });
});
