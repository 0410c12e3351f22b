import fc from 'fast-check';
import {
  Block,
  BlockWriter,
  BlockWriterPool,
} from '../../../../../broker/src/core/local-engine/block.ts';

const message = fc
  .record({
    message: fc.uint8Array({ maxLength: 300 }),
    headerShare: fc.double({ min: 0, max: 1, noNaN: true }),
    laterMs: fc.integer({ min: 0, max: 5_000_000 }),
  })
  .map(({ message: bytes, headerShare, laterMs }) => ({
    message: bytes,
    headerBytes: Math.floor(bytes.length * headerShare),
    messageId: undefined,
    laterMs,
  }));

describe('Block', () => {
  test('gives every message back as it was written', () => {
    const messages = fc.array(message, { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(messages, fc.integer({ min: 1, max: 2 ** 50 }), (written, firstSequence) => {
        const writer = new BlockWriter(256);
        const startMs = 1_700_000_000_000;
        for (const each of written) writer.add(each, startMs + each.laterMs);
        const block = new Block(firstSequence, writer.finish(firstSequence).bytes);
        expect(block.messageCount).toBe(written.length);
        expect(block.lastSequence).toBe(firstSequence + written.length - 1);
        expect(block.messageByteCount).toBe(
          written.reduce((sum, each) => sum + each.message.length, 0),
        );
        for (const [index, each] of written.entries()) {
          const sequence = firstSequence + index;
          expect(block.message(sequence)).toEqual(each.message);
          expect(block.messageBytes(sequence)).toBe(each.message.length);
          expect(block.headerBytes(sequence)).toBe(each.headerBytes);
        }
      }),
    );
  });

  test('keeps the time of each message, whichever came first', () => {
    const writer = new BlockWriter(256);
    const bytes = { message: new Uint8Array(1), headerBytes: 0, messageId: undefined };
    for (const storedAtMs of [1_700_000_000_000, 1_700_000_000_007, 1_700_003_600_000]) {
      writer.add(bytes, storedAtMs);
    }
    const block = writer.finish(5);
    expect([5, 6, 7].map((sequence) => block.storedAtMs(sequence))).toEqual([
      1_700_000_000_000, 1_700_000_000_007, 1_700_003_600_000,
    ]);
  });

  test('rejects a sequence that is not in it, and a format it does not know', () => {
    const writer = new BlockWriter(64);
    writer.add({ message: new Uint8Array(3), headerBytes: 0, messageId: undefined }, 1);
    const block = writer.finish(10);
    expect(() => block.message(9)).toThrow('not in the block');
    expect(() => block.message(11)).toThrow('not in the block');
    const newer = block.bytes.slice();
    newer[0] = 2;
    expect(() => new Block(10, newer)).toThrow('has format 2; this broker reads format 1');
  });
});

describe('BlockWriter', () => {
  test('is full when the next message would pass the target, but takes any first message', () => {
    const writer = new BlockWriter(100);
    const large = { message: new Uint8Array(500), headerBytes: 0, messageId: undefined };
    expect(writer.isFullFor(large, 1)).toBe(false);
    writer.add(large, 1);
    expect(writer.isFullFor({ ...large, message: new Uint8Array(0) }, 1)).toBe(true);
    expect(writer.finish(1).message(1)).toHaveLength(500);
    expect(writer.isFullFor(large, 1)).toBe(false);
  });

  test('is full when the time since its first message does not fit the record', () => {
    const writer = new BlockWriter(1000);
    const small = { message: new Uint8Array(1), headerBytes: 0, messageId: undefined };
    writer.add(small, 0);
    expect(writer.isFullFor(small, 2 ** 32 - 1)).toBe(false);
    expect(writer.isFullFor(small, 2 ** 32)).toBe(true);
  });
});

describe('BlockWriterPool', () => {
  test('hands out a writer that was given back, empty', () => {
    const pool = new BlockWriterPool({ bytesTarget: 64, countMax: 1 });
    const writer = pool.take();
    writer.add({ message: new Uint8Array(1), headerBytes: 0, messageId: undefined }, 1);
    pool.giveBack(writer);
    expect(pool.take()).toBe(writer);
    expect(writer.messageCount).toBe(0);
    expect(pool.take()).not.toBe(writer);
  });
});
