import { parseAck } from '../../../../../broker/src/codecs/nats/index.ts';

const parse = (text: string): unknown => parseAck(Buffer.from(text));

describe('parseAck', () => {
  test.each(['', '+ACK', '+OK', '+ACK\r\n', ' +OK'])('takes %j for an ack', (text) => {
    expect(parse(text)).toEqual({ kind: 'ack' });
  });

  test.each([
    ['-NAK', 0],
    ['-NAK {"delay":700000000}', 700],
    ['-NAK {"delay": 700000000}', 700],
    ['-NAK{"delay":700000000}\n', 700],
    ['-NAK {}', 0],
    ['-NAK {"delay":0}', 0],
    ['-NAK {"delay":-5}', 0],
    ['-NAK {"delay":1}', 1],
    ['-NAK {"delay":1000001}', 2],
    ['-NAK {"delay":1e300}', Number.MAX_SAFE_INTEGER],
  ])('takes %j for a nack after %d ms, never less than was asked for', (text, delayMs) => {
    expect(parse(text)).toEqual({ kind: 'nack', delayMs });
  });

  test('takes a term with and without a reason', () => {
    expect(parse('+TERM')).toEqual({ kind: 'term', reason: undefined });
    expect(parse('+TERM wrong größe ')).toEqual({ kind: 'term', reason: 'wrong größe' });
    // A stack trace, say: what counts is that the message does not come again.
    const long = parse(`+TERM ${'x'.repeat(5000)}`);
    expect(long).toEqual({ kind: 'term', reason: 'x'.repeat(4096 - '+TERM '.length) });
  });

  test('takes the sign of life', () => {
    expect(parse('+WPI')).toEqual({ kind: 'progress' });
  });

  test('takes an ack that pulls, with each kind of pull', () => {
    expect(parse('+NXT')).toMatchObject({ kind: 'next', request: { request: { batch: 1 } } });
    expect(parse('+NXT 5')).toMatchObject({ kind: 'next', request: { request: { batch: 5 } } });
    expect(parse('+NXT {"batch":6}')).toMatchObject({ request: { request: { batch: 6 } } });
    expect(parse('+NXT {')).toMatchObject({ request: { badRequest: 'invalid JSON' } });
  });

  test.each([
    '+',
    ' ',
    'ACK',
    '+ack',
    '+ACKS',
    '+ACK now',
    '+OKAY',
    '-NAKED',
    '-NAK {',
    '-NAK []',
    '-NAK null',
    '-NAK 5',
    '-NAK {"delay":"5"}',
    '-NAK {"delay":null}',
    '-NAK {"delay":1e999}',
    '+TERMINATE',
    '+WPI 1',
    '+NXTX',
    `+TERM${'x'.repeat(5000)}`,
    `-NAK ${' '.repeat(5000)}{}`,
  ])('rejects %j', (text) => {
    expect(parse(text)).toBeUndefined();
  });

  test('rejects bytes that are no text', () => {
    expect(parseAck(Buffer.of(0xff, 0xfe, 0x00))).toBeUndefined();
  });
});
