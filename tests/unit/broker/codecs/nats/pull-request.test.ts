import { parsePullRequest } from '../../../../../broker/src/codecs/nats/index.ts';

const parse = (text: string): unknown => parsePullRequest(Buffer.from(text));
const plain = {
  batch: 1,
  bytesMax: 0,
  expiresMs: undefined,
  noWait: false,
  idleHeartbeatMs: undefined,
};

describe('parsePullRequest', () => {
  test('reads what each SDK sends', () => {
    expect(
      parse('{"batch":5,"max_bytes":0,"idle_heartbeat":500000000,"expires":1000000000}'),
    ).toEqual({ request: { ...plain, batch: 5, expiresMs: 1000, idleHeartbeatMs: 500 } });
    expect(parse('{"batch": 10, "expires": 4999900000, "no_wait": true}')).toEqual({
      request: { ...plain, batch: 10, expiresMs: 5000, noWait: true },
    });
    expect(parse('{"expires":12000000000,"batch":3,"idle_heartbeat":5000000000}')).toEqual({
      request: { ...plain, batch: 3, expiresMs: 12_000, idleHeartbeatMs: 5000 },
    });
  });

  test.each([
    ['the microseconds that Python has left', 7000],
    ['a number so small that it divides to zero', 5e-324],
  ])('rounds %s up to a millisecond', (_, expires) => {
    expect(parse(JSON.stringify({ batch: 2, expires }))).toMatchObject({
      request: { expiresMs: 1 },
    });
  });

  test('reads an empty request and a decimal one', () => {
    expect(parse('')).toEqual({ request: plain });
    expect(parse(' \n')).toEqual({ request: plain });
    expect(parse('{}')).toEqual({ request: plain });
    expect(parse('25')).toEqual({ request: { ...plain, batch: 25 } });
  });

  test('lets a batch of nothing through, which is answered like a timeout', () => {
    expect(parse('{"batch":0}')).toMatchObject({ request: { batch: 0 } });
    expect(parse('{"batch":-3}')).toMatchObject({ request: { batch: -3 } });
    expect(parse('-3')).toMatchObject({ request: { batch: -3 } });
  });

  test('reads a limit of bytes, and no limit where it is negative', () => {
    expect(parse('{"max_bytes":10}')).toMatchObject({ request: { bytesMax: 10 } });
    expect(parse('{"max_bytes":-1}')).toMatchObject({ request: { bytesMax: 0 } });
  });

  test('cuts a wait that no timer can hold', () => {
    expect(parse('{"expires":9e18}')).toMatchObject({ request: { expiresMs: 2_147_483_647 } });
  });

  test('allows a heartbeat at half the wait, not above', () => {
    expect(parse('{"expires":1000000000,"idle_heartbeat":500000000}')).toHaveProperty('request');
    expect(parse('{"expires":1000000000,"idle_heartbeat":500000001}')).toEqual({
      badRequest: 'heartbeat value too large',
    });
    expect(parse('{"idle_heartbeat":1}')).toEqual({ badRequest: 'heartbeat value too large' });
  });

  test.each([
    ['{', 'invalid JSON'],
    ['batch', 'invalid JSON'],
    ['1.5.', 'invalid JSON'],
    ['[]', 'expected a JSON object'],
    ['null', 'expected a JSON object'],
    ['"5"', 'expected a JSON object'],
    ['1.5', 'expected a JSON object'],
    ['{"batch":1.5}', 'batch must be an integer'],
    ['{"batch":"5"}', 'batch must be an integer'],
    ['9'.repeat(30), 'batch must be an integer'],
    ['{"max_bytes":"1"}', 'max_bytes must be an integer'],
    ['{"expires":-1}', 'expires must be nanoseconds'],
    ['{"expires":"1s"}', 'expires must be nanoseconds'],
    ['{"expires":1e999}', 'expires must be nanoseconds'],
    ['{"idle_heartbeat":-1}', 'idle_heartbeat must be nanoseconds'],
    ['{"no_wait":1}', 'no_wait must be true or false'],
    ['{"min_pending":100}', 'Not a Overflow Priority consumer'],
    ['{"min_ack_pending":1}', 'Not a Overflow Priority consumer'],
    ['{"id":"x"}', 'Not a Pinned Client Priority consumer'],
  ])('refuses %j: %s', (text, why) => {
    expect(parse(text)).toEqual({ badRequest: why });
  });

  test('refuses a request that is longer than any real one', () => {
    expect(parse('['.repeat(5000))).toEqual({
      badRequest: 'request of 5000 bytes, at most 4096 accepted',
    });
  });
});
