import { converse } from './conversation.ts';
import { fuzzLimits, fuzzStream } from './fuzz-stream.ts';
import { startWatchedBroker } from './watched-broker.ts';
import type { WatchedBroker } from './watched-broker.ts';

// Goal: whatever clients send, each gets the answer that the protocol has for it, and nobody else
// notices. Method: from a seed, thousands of clients with streams of valid, changed and hostile
// frames, several at a time, each stream cut at random places. For each, the model of
// tests/support/wire-model.ts says how many PONGs and which last words have to come back. A client
// that did nothing wrong goes away when it has its PONGs, often in the middle of a message. A witness
// works beside them. Half of the frames come from a fixed seed, half from a new one.

const framesPerSeed = 50_000;
const clientsAtOnce = 8;
const replayedSeed = process.env['FUZZ_SEED'];
const newSeed = Math.floor(Math.random() * 2 ** 31);
const seeds = replayedSeed === undefined ? [1, newSeed] : [Number(replayedSeed)];

jest.setTimeout(180_000); // some 20 s on a machine with nothing else to do

let watched: WatchedBroker;

beforeAll(async () => {
  watched = await startWatchedBroker({
    env: { THEBES_PAYLOAD_BYTES_MAX: String(fuzzLimits.payloadBytesMax) },
  });
});

/** Sends the stream of one client and compares what comes back. */
async function expectAnswer(seed: number, index: number): Promise<number> {
  const { chunks, frameCount, pongCount, end } = fuzzStream(
    seed,
    index,
    watched.broker.rootPassword,
  );
  const pongsExpected = end === undefined ? pongCount : undefined;
  const port = watched.broker.clientPort;
  const { frames, closedBy } = await converse({ port, chunks, pongsExpected });
  const said = frames.flatMap((frame) => (frame.kind === '-ERR' ? [frame.text] : []));
  expect({
    pongCount: frames.filter(({ kind }) => kind === 'PONG').length,
    said,
    closedBy,
    others: frames.filter(({ kind }) => kind !== 'PONG' && kind !== '-ERR' && kind !== 'MSG'),
    lastIsError: said.length === 0 || frames.at(-1)?.kind === '-ERR',
  }).toEqual({
    pongCount,
    said: end?.text === undefined ? [] : [end.text],
    closedBy: end === undefined ? 'sender' : 'broker',
    others: [],
    lastIsError: true,
  });
  return frameCount;
}

describe('a hundred thousand frames', () => {
  test.each(seeds)('get the answers that the protocol has for them (seed=%d)', async (seed) => {
    const replay = `FUZZ_SEED=${seed} npm test -- tests/integration/wire-robustness/fuzz.test.ts`;
    let frameCount = 0;
    let clientCount = 0;
    const talk = async (): Promise<void> => {
      while (frameCount < framesPerSeed) {
        const index = clientCount++;
        try {
          const readCount = await expectAnswer(seed, index);
          frameCount += readCount; // not in one line: others count while this one waits
        } catch (error) {
          frameCount = Infinity; // the others finish what they are at
          throw new Error(`Client ${index} got a wrong answer; replay: ${replay}`, {
            cause: error,
          });
        }
      }
    };
    await Promise.all(Array.from({ length: clientsAtOnce }, talk));
    console.log(`fuzz: ${frameCount} frames of ${clientCount} clients; replay: ${replay}`);
    expect(frameCount).toBeGreaterThanOrEqual(framesPerSeed);
  });

  test('harm neither the process nor another client', () => watched.expectUnharmed());
});
