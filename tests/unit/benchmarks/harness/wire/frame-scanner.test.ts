import fc from 'fast-check';
import { FrameScanner } from '../../../../../benchmarks/harness/wire/index.ts';

/** Frames as control line and payload, read from a stream that arrives in the given pieces. */
function scan(pieces: readonly Buffer[]): readonly string[] {
  const found: string[] = [];
  const scanner = new FrameScanner(({ bytes, lineStart, lineEnd, payloadStart, payloadEnd }) => {
    const line = bytes.toString('latin1', lineStart, lineEnd);
    found.push(`${line}|${bytes.toString('latin1', payloadStart, payloadEnd)}`);
  });
  for (const piece of pieces) scanner.feed(piece);
  return found;
}

const frames = [
  'INFO {"a":1}\r\n',
  'PONG\r\n',
  'MSG _INBOX.a.1 2 5\r\nhello\r\n',
  'MSG x$1.final 12 $JS.ACK.x$1.g.1.1.1.5.0 0\r\n\r\n',
  'HMSG x$1.final 3 $JS.ACK.x$1.g.1.1.1.5.0 12 14\r\nNATS/1.0\r\n\r\n\r\n\r\n',
  '+OK\r\n',
];
const expected = [
  'INFO {"a":1}|',
  'PONG|',
  'MSG _INBOX.a.1 2 5|hello',
  'MSG x$1.final 12 $JS.ACK.x$1.g.1.1.1.5.0 0|',
  'HMSG x$1.final 3 $JS.ACK.x$1.g.1.1.1.5.0 12 14|NATS/1.0\r\n\r\n\r\n',
  '+OK|',
];

describe('FrameScanner', () => {
  test('finds every frame of a stream that comes in one piece', () => {
    expect(scan([Buffer.from(frames.join(''))])).toEqual(expected);
  });

  test('finds the same frames however the stream is split', () => {
    const stream = Buffer.from(frames.join(''));
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 12 }), (positions) => {
        const cuts = [0, ...[...positions].sort((a, b) => a - b), stream.length];
        const pieces = cuts.slice(1).map((cut, index) => stream.subarray(cuts[index], cut));
        expect(scan(pieces)).toEqual(expected);
      }),
    );
  });
});
