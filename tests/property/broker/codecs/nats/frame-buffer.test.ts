import fc from 'fast-check';
import { FrameBuffer, isPublishSubject } from '../../../../../broker/src/codecs/nats/index.ts';
import { parseChunks, readServerFrames } from '../../../../support/index.ts';

const subject = fc
  .oneof(
    fc.stringMatching(/^[a-z0-9_$#]{1,9}(\.[a-zäß日]{1,5}){0,3}$/),
    fc.string({ unit: 'grapheme' }),
  )
  .filter(isPublishSubject);
const sid = fc.nat(1e6).map(String);
const payload = fc.oneof(
  { weight: 20, arbitrary: fc.uint8Array({ maxLength: 80 }) },
  { weight: 1, arbitrary: fc.nat(150_000).map((bytes) => Buffer.alloc(bytes, bytes % 256)) },
);
const block = fc
  .array(fc.stringMatching(/^[a-z]{1,8}: [a-z ]{0,20}$/), { maxLength: 4 })
  .map((lines) => Buffer.from(`NATS/1.0\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`));
const message = fc.record({
  subject,
  sid,
  reply: fc.option(subject, { nil: undefined }),
  block: fc.option(block, { nil: undefined }),
  payload,
  takeAfter: fc.boolean(),
});

describe('FrameBuffer', () => {
  test('writes what clients read back, however it is taken, each frame in one piece', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 30 }), (messages) => {
        const frames = new FrameBuffer();
        const chunks: Uint8Array[] = [];
        for (const { block, payload, takeAfter, ...to } of messages) {
          const headers = block ?? Buffer.of();
          frames.message(to, Buffer.concat([headers, payload]), headers.length);
          if (takeAfter) chunks.push(...frames.takeChunks());
        }
        chunks.push(...frames.takeChunks());
        const read = chunks.flatMap((chunk) => {
          const { frames, rest } = readServerFrames(Buffer.from(chunk));
          expect(rest).toHaveLength(0);
          return frames;
        });
        expect(read).toEqual(
          messages.map(({ subject, sid, reply, block, payload }) => ({
            kind: 'MSG',
            subject,
            sid,
            reply,
            headerBlock: block?.toString('latin1'),
            payload: Buffer.from(payload).toString('latin1'),
          })),
        );
      }),
      { numRuns: 500 },
    );
  });

  test('delivers to a subscriber what the parser read from a publisher', () => {
    // A message on its way through: PUB in, MSG out, PUB again with what a client made of it.
    const limits = { controlLineBytesMax: 4096, payloadBytesMax: 200_000 };
    fc.assert(
      fc.property(message, ({ subject, sid, reply, block, payload }) => {
        const headers = block ?? Buffer.of();
        const frames = new FrameBuffer();
        frames.message({ subject, sid, reply }, Buffer.concat([headers, payload]), headers.length);
        const [frame] = readServerFrames(Buffer.concat(frames.takeChunks())).frames;
        if (frame?.kind !== 'MSG') throw new Error('No message came out');
        const bytes = Buffer.from((frame.headerBlock ?? '') + frame.payload, 'latin1');
        const words = [
          block === undefined ? 'PUB' : 'HPUB',
          frame.subject,
          ...(frame.reply === undefined ? [] : [frame.reply]),
          ...(block === undefined ? [] : [block.length]),
          bytes.length,
        ];
        const stream = [`CONNECT {}\r\n${words.join(' ')}\r\n`, bytes, '\r\n'];
        const commands = parseChunks(
          [Buffer.concat(stream.map((part) => Buffer.from(part as string)))],
          limits,
        );
        expect(commands.slice(1)).toEqual([
          ['PUB', subject, reply, headers.length, bytes.toString('latin1')],
        ]);
      }),
      { numRuns: 500 },
    );
  });
});
