import fc from 'fast-check';
import {
  ackSubjectStart,
  deliveryStart,
  formatAckSubject,
  FrameBuffer,
  NO_RESPONDERS,
} from '../../../../../broker/src/codecs/nats/index.ts';

function written(write: (frames: FrameBuffer) => void): string {
  const frames = new FrameBuffer();
  write(frames);
  return Buffer.concat(frames.takeChunks()).toString('utf8');
}

const block = 'NATS/1.0\r\na: b\r\n\r\n';

describe('FrameBuffer', () => {
  test('writes the frames of a server as the SDKs read them', () => {
    expect(written((frames) => frames.info('{"proto":1}'))).toBe('INFO {"proto":1}\r\n');
    expect(written((frames) => frames.ping())).toBe('PING\r\n');
    expect(written((frames) => frames.pong())).toBe('PONG\r\n');
    expect(written((frames) => frames.ok())).toBe('+OK\r\n');
    expect(written((frames) => frames.error('Invalid Subject'))).toBe("-ERR 'Invalid Subject'\r\n");
  });

  test('keeps an error on its line and in its quotes whatever it says', () => {
    expect(written((frames) => frames.error("it's\r\nbad"))).toBe("-ERR 'it s  bad'\r\n");
  });

  test('writes a message with and without reply and headers', () => {
    const hi = Buffer.from('hi');
    expect(written((frames) => frames.message({ subject: 'a.b', sid: '7' }, hi))).toBe(
      'MSG a.b 7 2\r\nhi\r\n',
    );
    expect(
      written((frames) => frames.message({ subject: 'a', sid: '7', reply: 'r' }, Buffer.of())),
    ).toBe('MSG a 7 r 0\r\n\r\n');
    const message = Buffer.from(`${block}hi`);
    expect(written((frames) => frames.message({ subject: 'a', sid: '7' }, message, 18))).toBe(
      `HMSG a 7 18 20\r\n${block}hi\r\n`,
    );
    expect(
      written((frames) => frames.message({ subject: 'a', sid: '7', reply: 'r' }, message, 18)),
    ).toBe(`HMSG a 7 r 18 20\r\n${block}hi\r\n`);
  });

  test('writes subjects that are not ASCII as UTF-8', () => {
    const to = { subject: 'größe.日本', sid: '1', reply: 'é' };
    expect(written((frames) => frames.message(to, Buffer.from('x')))).toBe(
      'MSG größe.日本 1 é 1\r\nx\r\n',
    );
  });

  test('makes room for long subjects that are not ASCII', () => {
    const subject = '日'.repeat(1000);
    const text = written((frames) =>
      frames.message({ subject, sid: '1', reply: subject }, Buffer.of()),
    );
    expect(text).toBe(`MSG ${subject} 1 ${subject} 0\r\n\r\n`);
  });

  test('writes a delivery as it writes a message with an ack subject', () => {
    const count = fc.oneof(fc.nat(20), fc.nat(), fc.maxSafeNat());
    const numbers = fc.record({
      deliveryCount: count,
      sequence: count,
      deliverySequence: count,
      storedAtMs: count,
      undeliveredCount: count,
    });
    fc.assert(
      fc.property(numbers, fc.string(), fc.boolean(), (delivery, payload, hasHeaders) => {
        const [stream, group, subject, sid] = ['my#st$1', 'cg#x', 'my#st$1.final', '7'];
        const reply = formatAckSubject({ ...delivery, stream, group });
        const emptyBlock = 'NATS/1.0\r\n\r\n';
        const message = Buffer.from((hasHeaders ? block : '') + payload);
        const whole = hasHeaders ? message : Buffer.concat([Buffer.from(emptyBlock), message]);
        const wholeHeaderBytes = hasHeaders ? block.length : emptyBlock.length;
        const start = deliveryStart({ subject, sid }, ackSubjectStart(stream, group));
        expect(
          written((frames) =>
            frames.delivery(start, delivery, message, hasHeaders ? block.length : 0),
          ),
        ).toBe(
          written((frames) => frames.message({ subject, sid, reply }, whole, wholeHeaderBytes)),
        );
      }),
    );
  });

  test('tells a publisher in JSON that its message is stored', () => {
    fc.assert(
      fc.property(fc.oneof(fc.nat(), fc.maxSafeNat()), fc.boolean(), (sequence, duplicate) => {
        const json = JSON.stringify({
          stream: 'my#st$1',
          seq: sequence,
          ...(duplicate ? { duplicate } : {}),
        });
        const to = { subject: '_INBOX.x.y', sid: '1' };
        expect(
          written((frames) => frames.pubAck(to, { stream: 'my#st$1', sequence, duplicate })),
        ).toBe(`MSG _INBOX.x.y 1 ${json.length}\r\n${json}\r\n`);
      }),
    );
  });

  test('tells each publisher of its own station, in whatever order', () => {
    const to = { subject: '_INBOX.x', sid: '1' };
    const text = written((frames) => {
      for (const stream of ['a$1', 'a$1', 'b$1', '', 'a$1']) {
        frames.pubAck(to, { stream, sequence: 7, duplicate: false });
      }
    });
    const told = [...text.matchAll(/\{.*\}/g)].map(([json]) => JSON.parse(json) as unknown);
    const ofStream = (stream: string): unknown => ({ stream, seq: 7 });
    expect(told).toEqual(['a$1', 'a$1', 'b$1', '', 'a$1'].map(ofStream));
  });

  test('answers a request that nobody listens to with the exact bytes', () => {
    expect(written((frames) => frames.status({ subject: 'r', sid: '1' }, NO_RESPONDERS))).toBe(
      'HMSG r 1 16 16\r\nNATS/1.0 503\r\n\r\n\r\n',
    );
  });

  test('copies a message at once', () => {
    const payload = Buffer.from('hi');
    const text = written((frames) => {
      frames.message({ subject: 'a', sid: '1' }, payload);
      payload.fill(0x23);
    });
    expect(text).toBe('MSG a 1 2\r\nhi\r\n');
  });

  test('counts what is pending and hands it over once', () => {
    const frames = new FrameBuffer();
    expect([frames.pendingBytes, frames.takeChunks()]).toEqual([0, []]);
    frames.ping();
    frames.message({ subject: 'a', sid: '1' }, Buffer.alloc(100_000));
    frames.ping();
    const pendingBytes = frames.pendingBytes;
    const chunks = frames.takeChunks();
    expect(pendingBytes).toBe(Buffer.concat(chunks).length);
    expect([frames.pendingBytes, frames.takeChunks()]).toEqual([0, []]);
  });

  test('writes no more to memory that was taken', () => {
    const frames = new FrameBuffer();
    frames.ping();
    const [taken] = frames.takeChunks();
    frames.pong();
    expect(Buffer.from(taken!).toString()).toBe('PING\r\n');
    expect(Buffer.concat(frames.takeChunks()).toString()).toBe('PONG\r\n');
  });

  test('keeps a frame in one piece, also one that is larger than a chunk', () => {
    const frames = new FrameBuffer();
    const large = Buffer.alloc(200_000, 'x');
    frames.ping();
    frames.message({ subject: 'a', sid: '1' }, large);
    const chunks = frames.takeChunks();
    expect(chunks.some((chunk) => chunk.includes(large[0]!) && chunk.length > 200_000)).toBe(true);
  });

  test('gathers many small frames in few chunks of 64 KiB at most', () => {
    const frames = new FrameBuffer();
    for (let count = 0; count < 100_000; count++) frames.pong();
    const sizes = frames.takeChunks().map((chunk) => chunk.length);
    expect(sizes.length).toBeLessThan(20);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(64 * 1024);
  });

  test('holds little memory again when a busy connection turns quiet', () => {
    const frames = new FrameBuffer();
    for (let count = 0; count < 100_000; count++) frames.pong();
    frames.takeChunks();
    for (let count = 0; count < 20; count++) {
      frames.pong();
      frames.takeChunks();
    }
    frames.pong();
    expect(frames.takeChunks()[0]!.buffer.byteLength).toBe(1024);
  });
});
