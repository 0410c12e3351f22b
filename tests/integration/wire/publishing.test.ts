import { BrokerError } from '../../../broker/src/core/errors/index.ts';
import type { AppendReceipt, StationEngine } from '../../../broker/src/core/ports/index.ts';
import { startFront } from './front.ts';
import { createStation, sdkHeaders } from './stations.ts';

/** An engine that lets a test decide what becomes of each message. */
function withAppend(append: StationEngine['append']): (engine: StationEngine) => StationEngine {
  return (engine) =>
    new Proxy(engine, {
      get(target, property) {
        if (property === 'append') return append;
        const value: unknown = Reflect.get(target, property);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
}

describe('a publish to a station', () => {
  test('is answered with its stream and sequence, byte for byte as SDKs know it', async () => {
    const front = await startFront();
    const client = await front.connect();
    await createStation(client, 'My.Station');
    const subject = 'my#station$1.final';
    const headers = sdkHeaders.replace('\r\n\r\n', '\r\nmsg-id: x1\r\n\r\n');
    const acks = [
      await client.request(subject, 'm1', sdkHeaders),
      await client.request(subject, 'm2', headers),
      await client.request(subject, 'm3', headers),
      await client.request(subject, 'plain'),
    ];
    expect(acks.map(({ payload }) => payload)).toEqual([
      '{"stream":"my#station$1","seq":1}',
      '{"stream":"my#station$1","seq":2}',
      '{"stream":"my#station$1","seq":2,"duplicate":true}',
      '{"stream":"my#station$1","seq":3}',
    ]);
  });

  test('is answered to everybody who listens to the reply subject', async () => {
    const front = await startFront();
    const [client, other] = [await front.connect(), await front.connect({ headers: false })];
    await createStation(client, 's');
    other.subscribe('back.*', '1');
    await other.flush();
    client.publish('s$1.final', 'x', { reply: 'back.here' });
    const [ack] = await other.received('1', 1);
    expect(ack).toMatchObject({ line: 'MSG back.here 1 24', payload: '{"stream":"s$1","seq":1}' });
  });

  test('keeps headers as they came, in their order', async () => {
    const front = await startFront();
    const client = await front.connect();
    await createStation(client, 's');
    const headers = 'NATS/1.0\r\nb:2\r\na: 1 \r\nb: größe\r\n\r\n';
    await client.request('s$1.final', 'payload', headers);
    const { engine } = front.services;
    const stored = await engine.message({ stationId: 1, partition: 1 }, 1);
    expect(Buffer.from(stored?.message ?? []).toString()).toBe(`${headers}payload`);
    expect(stored?.headerBytes).toBe(Buffer.byteLength(headers));
  });

  test('without a reply subject is stored and not answered', async () => {
    const front = await startFront();
    const client = await front.connect();
    await createStation(client, 's');
    client.publish('s$1.final', 'quiet');
    expect(await client.requestJson('s$1.final', 'loud')).toEqual({ stream: 's$1', seq: 2 });
  });

  test.each([
    'nostation$1.final',
    's$2.final',
    's$01.final',
    's$.final',
    's.final',
    's$1',
    'S$1.final',
  ])('that does not exist is answered with 503 at once: %s', async (subject) => {
    const front = await startFront();
    const client = await front.connect();
    await createStation(client, 's');
    expect(await client.request(subject, 'x', sdkHeaders)).toMatchObject({
      payload: '',
      headers: 'NATS/1.0 503\r\n\r\n',
    });
  });

  test('is answered with 503 when the station was destroyed, and starts anew when it is made again', async () => {
    const front = await startFront();
    const client = await front.connect();
    await createStation(client, 's');
    await client.request('s$1.final', 'x');
    await client.request('$memphis_station_destructions', { station_name: 's' });
    expect((await client.request('s$1.final', 'x')).headers).toBe('NATS/1.0 503\r\n\r\n');
    await createStation(client, 's');
    expect(await client.requestJson('s$1.final', 'x')).toEqual({ stream: 's$1', seq: 1 });
  });

  test.each([
    ['a key with a blank', 'NATS/1.0\r\na b: 1\r\n\r\n'],
    ['an empty key', 'NATS/1.0\r\n: 1\r\n\r\n'],
    ['a line without a colon', 'NATS/1.0\r\nabc\r\n\r\n'],
    ['a status', 'NATS/1.0 503\r\n\r\n'],
    ['another version', 'NATS/2.0\r\na: 1\r\n\r\n'],
    ['no end', 'NATS/1.0\r\na: 1\r\n'],
    ['something behind the end', 'NATS/1.0\r\n\r\nxx'],
  ])('with headers that clients cannot read is refused: %s', async (_, headers) => {
    const front = await startFront();
    const client = await front.connect();
    await createStation(client, 's');
    expect(await client.requestJson('s$1.final', 'x', headers)).toMatchObject({
      type: 'io.nats.jetstream.api.v1.pub_ack_response',
      error: { code: 400, err_code: 10003, description: expect.stringMatching(/^bad request: /) },
      stream: 's$1',
      seq: 0,
    });
    expect(await client.requestJson('s$1.final', 'x')).toEqual({ stream: 's$1', seq: 1 });
  });

  test('under a condition is stored only where the condition can be told to hold', async () => {
    const front = await startFront();
    const client = await front.connect();
    await createStation(client, 's');
    const publish = (header: string) =>
      client.requestJson('s$1.final', 'x', `NATS/1.0\r\n${header}\r\n\r\n`);
    expect(await publish('Nats-Expected-Stream: s$1')).toEqual({ stream: 's$1', seq: 1 });
    expect(await publish('Nats-Expected-Stream: other')).toMatchObject({
      error: { code: 400, err_code: 10060, description: 'expected stream does not match' },
    });
    expect(await publish('Nats-Expected-Something: 1')).toMatchObject({
      error: { code: 400, description: expect.stringContaining('not supported') },
    });
  });

  test('that the store refuses says why, in words that clients look for', async () => {
    const outcomes = [
      new BrokerError('STORE_REFUSED', { cause: 'no space left on device' }),
      new BrokerError('STORE_FAILED', { cause: 'i/o error' }),
      new BrokerError('MEMORY_STATIONS_FULL', { bytes: 3, usedBytes: 8, bytesMax: 9 }),
      new BrokerError('BROKER_STOPPING'),
      new BrokerError('STATION_NOT_FOUND', { station: 's' }),
    ];
    const append = (_address: unknown, _message: unknown, receipt: AppendReceipt): void => {
      const outcome = outcomes.shift();
      if (outcome === undefined) receipt.stored(1, false);
      else receipt.refused(outcome);
    };
    const front = await startFront({ wrapEngine: withAppend(append) });
    const client = await front.connect();
    await createStation(client, 's');
    const refusals = [1, 2, 3, 4].map(() => client.requestJson('s$1.final', 'x'));
    expect(await Promise.all(refusals)).toMatchObject([
      {
        error: {
          code: 503,
          err_code: 10023,
          description: 'insufficient resources: no space left on device',
        },
      },
      { error: { code: 503, err_code: 10023, description: 'insufficient resources: i/o error' } },
      {
        error: {
          code: 500,
          err_code: 10028,
          description:
            'insufficient memory resources: the memory stations hold as much as they may together, 8 of 9 bytes',
        },
      },
      { error: { code: 503, err_code: 10008, description: 'The broker is stopping' } },
    ]);
    expect((await client.request('s$1.final', 'x')).headers).toBe('NATS/1.0 503\r\n\r\n');
    expect(await client.requestJson('s$1.final', 'x')).toEqual({ stream: 's$1', seq: 1 });
  });
});
