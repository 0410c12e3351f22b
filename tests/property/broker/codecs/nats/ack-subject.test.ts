import fc from 'fast-check';
import { formatAckSubject, parseAckSubject } from '../../../../../broker/src/codecs/nats/index.ts';

const name = fc.stringMatching(/^[a-z0-9_#$-]{1,20}$/);
const count = fc.oneof(fc.nat(), fc.nat({ max: Number.MAX_SAFE_INTEGER }));
const address = fc.record({
  stream: name,
  group: name,
  deliveryCount: count,
  sequence: count,
  deliverySequence: count,
  // The times that nanoseconds of 64 bits can hold.
  storedAtMs: fc.nat({ max: 9_223_372_036_854 }),
  undeliveredCount: count,
});

describe('ack subjects', () => {
  test('are read back as they were written, in the long forms too', () => {
    fc.assert(
      fc.property(address, name, name, name, (original, domain, account, random) => {
        const subject = formatAckSubject(original);
        const tail = subject.slice('$JS.ACK.'.length);
        expect(parseAckSubject(subject)).toEqual(original);
        expect(parseAckSubject(`$JS.ACK.${domain}.${account}.${tail}`)).toEqual(original);
        expect(parseAckSubject(`$JS.ACK.${domain}.${account}.${tail}.${random}`)).toEqual(original);
      }),
      { numRuns: 2000 },
    );
  });

  test('are read without throwing whatever is made of them, into exact numbers or not at all', () => {
    const token = fc.oneof(
      name,
      fc.nat().map(String),
      fc.stringMatching(/^\d{0,25}$/),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 12 }), (tokens) => {
        const read = parseAckSubject(`$JS.ACK.${tokens.join('.')}`);
        if (read === undefined) return;
        const { stream, group, ...numbers } = read;
        expect(stream).not.toBe('');
        expect(group).not.toBe('');
        expect(Object.values(numbers).every(Number.isSafeInteger)).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });
});
