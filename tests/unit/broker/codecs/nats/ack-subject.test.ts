import { formatAckSubject, parseAckSubject } from '../../../../../broker/src/codecs/nats/index.ts';

const address = {
  stream: 'my#station_a$1',
  group: 'cg#x',
  deliveryCount: 2,
  sequence: 31,
  deliverySequence: 40,
  storedAtMs: 1_795_257_843_983,
  undeliveredCount: 7,
};

describe('ack subjects', () => {
  test('are written in nine tokens with the time in nanoseconds', () => {
    expect(formatAckSubject(address)).toBe(
      '$JS.ACK.my#station_a$1.cg#x.2.31.40.1795257843983000000.7',
    );
  });

  test('are read in nine, eleven and twelve tokens', () => {
    const tail = 'my#station_a$1.cg#x.2.31.40.1795257843983000000.7';
    expect(parseAckSubject(`$JS.ACK.${tail}`)).toEqual(address);
    expect(parseAckSubject(`$JS.ACK._.hash.${tail}`)).toEqual(address);
    expect(parseAckSubject(`$JS.ACK._.hash.${tail}.random`)).toEqual(address);
  });

  test('are read where stations and groups are numbers', () => {
    const long = '$JS.ACK.1.2.3.4.5.6.7.8000000.9.10';
    expect(parseAckSubject(long)).toMatchObject({ stream: '3', group: '4', sequence: 6 });
    const short = '$JS.ACK.3.4.5.6.7.8000000.9';
    expect(parseAckSubject(short)).toMatchObject({ stream: '3', group: '4', sequence: 6 });
  });

  test.each([
    '',
    '$JS.ACK',
    '$JS.ACK.',
    '$JS.API.s.g.1.2.3.4000000.5',
    '$JS.ACK.s.g.1.2.3.4000000',
    '$JS.ACK.s.g.1.2.3.4000000.5.6',
    '$JS.ACK.s.g.1.2.3.4000000.5.',
    '$JS.ACK..g.1.2.3.4000000.5',
    '$JS.ACK.s..1.2.3.4000000.5',
    '$JS.ACK.s.g..2.3.4000000.5',
    '$JS.ACK.s.g.1.x.3.4000000.5',
    '$JS.ACK.s.g.1.-2.3.4000000.5',
    '$JS.ACK.s.g.1.2.3.4000000.5x',
    `$JS.ACK.s.g.1.${'9'.repeat(20)}.3.4000000.5`,
    `$JS.ACK.s.g.1.${'9'.repeat(400)}.3.4000000.5`,
    '$JS.ACK._.hash.s.g.1.2.3.4000000.5.r.x',
    '$JS.ACK._.hash.s.g.1.2.3.4000000.5.',
  ])('rejects %j', (subject) => {
    expect(parseAckSubject(subject)).toBeUndefined();
  });
});
