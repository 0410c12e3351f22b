import fc from 'fast-check';
import { CommandParser } from '../../../../../broker/src/codecs/nats/index.ts';
import { parseChunks, readWire, recordingHandler, WireFrames } from '../../../../support/index.ts';
import type { WireCommand, WireFrameOptions } from '../../../../support/index.ts';

// Goal: the parser, which reads publishes in two ways and puts cut lines and messages together, means
// the same by any bytes as the model, which reads a whole stream with regular expressions; and where
// the bytes are cut makes no difference.

const limits = { controlLineBytesMax: 96, payloadBytesMax: 160 };
const small = { ...limits, mutatedPercent: 0, hostilePercent: 0 };
const connect = Buffer.from('CONNECT {"verbose":false}\r\n');

/** Streams of a few frames behind a CONNECT, with the generator that made them. */
function streams(options: WireFrameOptions, framesMax: number) {
  return fc.tuple(fc.integer(), fc.integer({ min: 1, max: framesMax })).map(([seed, count]) => {
    const frames = new WireFrames(seed, options);
    const bytes = Array.from({ length: count }, () => frames.next().bytes);
    return { frames, stream: Buffer.concat([connect, ...bytes]) };
  });
}

describe('CommandParser', () => {
  test('reads every valid frame as it was meant, whichever spelling it has', () => {
    fc.assert(
      fc.property(streams(small, 8), ({ stream }) => {
        const commands = parseChunks([stream], limits);
        expect(commands).toEqual(readWire(stream, limits));
        expect(commands.some(([kind]) => kind === 'error')).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  test('agrees with the model on valid, changed and hostile frames', () => {
    fc.assert(
      fc.property(streams(limits, 6), ({ stream }) => {
        expect(parseChunks([stream], limits)).toEqual(readWire(stream, limits));
      }),
      { numRuns: 4000 },
    );
  });

  test('reads the same commands wherever a short stream is cut in two, and byte by byte', () => {
    fc.assert(
      fc.property(streams(limits, 2), ({ stream }) => {
        const expected = readWire(stream, limits);
        for (let cut = 0; cut <= stream.length; cut++) {
          const chunks = [stream.subarray(0, cut), stream.subarray(cut)];
          expect(parseChunks(chunks, limits)).toEqual(expected);
        }
        const bytes = Array.from(stream, (_, index) => stream.subarray(index, index + 1));
        expect(parseChunks(bytes, limits)).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  });

  test('reads the same commands from a long stream cut at random places', () => {
    const wide = { controlLineBytesMax: 4096, payloadBytesMax: 5000 };
    fc.assert(
      fc.property(streams({ ...wide, mutatedPercent: 1, hostilePercent: 0 }, 60), (made) => {
        const chunks = made.frames.split(made.stream, 40);
        expect(parseChunks(chunks, wide)).toEqual(readWire(made.stream, wide));
      }),
      { numRuns: 150 },
    );
  });

  test('never throws on random bytes, and reads them as the model does', () => {
    const bytes = fc.uint8Array({ maxLength: 300 });
    fc.assert(
      fc.property(bytes, fc.boolean(), fc.nat(300), (random, isConnected, cut) => {
        const stream = Buffer.concat([isConnected ? connect : Buffer.alloc(0), random]);
        const chunks = [stream.subarray(0, cut), stream.subarray(cut)];
        expect(parseChunks(chunks, limits)).toEqual(readWire(stream, limits));
      }),
      { numRuns: 3000 },
    );
  });

  test('takes lines and payloads up to their limits and not one byte more', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -2, max: 2 }),
        fc.integer({ min: -2, max: 2 }),
        fc.constantFrom('\r\n', '\n'),
        fc.nat(),
        (lineExcess, payloadExcess, lineEnd, cut) => {
          const payload = 'p'.repeat(limits.payloadBytesMax + payloadExcess);
          const size = ` ${payload.length}`;
          const subject = 's'.repeat(limits.controlLineBytesMax + lineExcess - size.length - 4);
          const frame = Buffer.from(`PUB ${subject}${size}${lineEnd}${payload}\r\nPING\r\n`);
          const stream = Buffer.concat([connect, frame]);
          const place = cut % stream.length;
          const commands = parseChunks([stream.subarray(0, place), stream.subarray(place)], limits);
          expect(commands.slice(1)).toEqual(
            lineExcess > 0
              ? [['error', 'control-line-too-long']]
              : payloadExcess > 0
                ? [['error', 'payload-too-large']]
                : [['PUB', subject, undefined, 0, payload], ['PING']],
          );
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('hands nothing over while paused, and everything in order afterwards', () => {
    const pauses = fc.infiniteStream(fc.boolean());
    fc.assert(
      fc.property(streams(limits, 8), pauses, ({ frames, stream }, pauseNow) => {
        const commands: WireCommand[] = [];
        const recording = recordingHandler(commands);
        let isPaused = false;
        const perhapsPause = (): void => {
          expect(isPaused).toBe(false);
          if (pauseNow.next().value !== true) return;
          isPaused = true;
          parser.pause();
        };
        const parser = new CommandParser(limits, {
          ...recording,
          onConnect: (json) => (recording.onConnect(json), perhapsPause()),
          onPing: () => (recording.onPing(), perhapsPause()),
          onPublish: (...publish) => (recording.onPublish(...publish), perhapsPause()),
          onSub: (...sub) => (recording.onSub(...sub), perhapsPause()),
          onError: (kind) => (recording.onError(kind), expect(isPaused).toBe(false)),
        });
        const resume = (): void => {
          isPaused = false;
          parser.resume();
        };
        for (const chunk of frames.split(stream, 10)) {
          const lent = Buffer.from(chunk);
          parser.feed(lent);
          lent.fill(0x23);
          if (isPaused && pauseNow.next().value === true) resume();
        }
        while (isPaused) resume();
        expect(commands).toEqual(readWire(stream, limits));
      }),
      { numRuns: 1000 },
    );
  });
});
