import fc from 'fast-check';
import {
  AckSubjectReader,
  formatAckSubject,
  parseAckSubject,
} from '../../../../../broker/src/codecs/nats/index.ts';

const name = fc.constantFrom('s$1', 's$2', 'g', 'gg', '7');
const count = fc.oneof(fc.nat(20), fc.nat({ max: Number.MAX_SAFE_INTEGER }));
const written = fc
  .record({
    stream: name,
    group: name,
    deliveryCount: count,
    sequence: count,
    deliverySequence: count,
    storedAtMs: fc.nat({ max: 9_223_372_036_854 }),
    undeliveredCount: count,
  })
  .map(formatAckSubject);
const token = fc.oneof(name, count.map(String), fc.stringMatching(/^\d{0,25}$/), fc.string());
const anything = fc
  .array(token, { minLength: 5, maxLength: 10 })
  .map((tokens) => `$JS.ACK.${tokens.join('.')}`);
/** One token more than it should have, one less, or a byte that is none of a number. */
const broken = fc
  .tuple(written, fc.nat(), fc.constantFrom('.', 'x', '-', '..', '.1', ''))
  .map(([subject, at, piece]) => {
    const place = '$JS.ACK.s.g.'.length + (at % 60);
    return subject.slice(0, place) + piece + subject.slice(place + 1);
  });

describe('AckSubjectReader', () => {
  test('reads one subject after the other as each of them is read by itself', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(written, broken, anything), { maxLength: 30 }), (subjects) => {
        const reader = new AckSubjectReader();
        for (const subject of subjects) {
          const address = parseAckSubject(subject);
          expect(reader.read(subject)).toBe(address !== undefined);
          if (address === undefined) continue;
          const { stream, group, sequence } = address;
          expect(reader).toMatchObject({ stream, group, sequence });
        }
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    '1.2.3.4000000.',
    '.2.3.4000000.5',
    '1..3.4000000.5',
    '1.2.3..5',
    '1.2.3.4000000.5.',
    '1.2.3.4000000',
    '1.x.3.4000000.5',
    `1.${'9'.repeat(20)}.3.4000000.5`,
    `1.2.3.4000000.${'9'.repeat(20)}`,
  ])('rejects the numbers %j behind a subject that begins alike', (numbers) => {
    const reader = new AckSubjectReader();
    expect(reader.read('$JS.ACK.s.g.1.2.3.4000000.5')).toBe(true);
    expect(reader.read(`$JS.ACK.s.g.${numbers}`)).toBe(false);
  });
});
