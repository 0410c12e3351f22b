import fc from 'fast-check';
import { BlockWriterPool } from '../../../../../broker/src/core/local-engine/block.ts';
import type { Block } from '../../../../../broker/src/core/local-engine/block.ts';
import { GatheringBlocks } from '../../../../../broker/src/core/local-engine/gathering-blocks.ts';
import { MemoryBlocks } from '../../../../../broker/src/core/local-engine/memory-blocks.ts';
import { MemoryRoom } from '../../../../../broker/src/core/local-engine/memory-room.ts';

const gathering = new GatheringBlocks(new BlockWriterPool({ bytesTarget: 20_000, countMax: 1 }));
const roomy = 1_000_000;

/** One block of so many messages of 10 bytes. */
function block(firstSequence: number, messageCount: number): Block {
  const lastSequence = firstSequence + messageCount - 1;
  const message = { message: new Uint8Array(10), headerBytes: 0, messageId: undefined };
  for (let sequence = firstSequence; sequence <= lastSequence; sequence += 1) {
    gathering.add(message, sequence, 1000);
  }
  const [only, ...more] = gathering.take(lastSequence);
  if (only === undefined || more.length > 0) throw new Error('The test wants one block');
  return only;
}

describe('MemoryBlocks', () => {
  test('finds each sequence in its block, and nothing in gaps, before and behind', () => {
    const blocks = new MemoryBlocks(new MemoryRoom(roomy));
    const all = [block(1, 3), block(4, 1), block(10, 2), block(12, 5)];
    blocks.written(all.slice(0, 2));
    blocks.written(all.slice(2));
    const found = Array.from({ length: 18 }, (_, sequence) => blocks.around(sequence));
    const [a, b, c, d] = all;
    const gap = Array.from({ length: 5 }, () => undefined);
    expect(found).toEqual([undefined, a, a, a, b, ...gap, c, c, d, d, d, d, d, undefined]);
  });

  test('lets go of the oldest block and finds the others still', () => {
    const blocks = new MemoryBlocks(new MemoryRoom(roomy));
    const [first, second] = [block(1, 2), block(3, 2)];
    blocks.written([first, second]);
    expect(blocks.around(2)).toBe(first);
    blocks.drop(first);
    expect([blocks.around(2), blocks.around(3)]).toEqual([undefined, second]);
    expect(() => {
      blocks.drop(first);
    }).toThrow('from the oldest on');
  });

  test('refuses a message that might not fit, and says what it would have taken', () => {
    const room = new MemoryRoom(2000);
    const blocks = new MemoryBlocks(room);
    expect(blocks.admit(1000)).toBeUndefined();
    expect(blocks.admit(1000)).toMatchObject({
      code: 'MEMORY_STATIONS_FULL',
      details: { bytes: 1000, usedBytes: 1012, bytesMax: 2000 },
    });
    expect(new MemoryBlocks(room).admit(1000)).toBeDefined();
    expect(blocks.admit(100)).toBeUndefined();
  });

  test('gives back what was admitted and is not kept, and nothing twice', () => {
    const room = new MemoryRoom(roomy);
    const blocks = new MemoryBlocks(room);
    blocks.admit(10);
    blocks.write();
    blocks.admit(20);
    blocks.notWritten();
    blocks.notWritten();
    expect(room.usedBytes).toBe(0);
    blocks.admit(10);
    blocks.write();
    blocks.admit(20);
    blocks.written([]); // an acked station without groups keeps nothing
    expect(room.usedBytes).toBe(32);
    blocks.clear();
    blocks.clear();
    expect(room.usedBytes).toBe(0);
  });

  test('takes room for exactly what it holds, whatever happens in whatever order', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('admit' as const), count: fc.integer({ min: 1, max: 5 }) }),
      fc.constantFrom('write', 'written', 'not written', 'drop', 'clear').map((kind) => ({ kind })),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const room = new MemoryRoom(roomy);
        const blocks = new MemoryBlocks(room);
        let [next, admitted] = [1, 0];
        let writing: Block[] = [];
        let held: Block[] = [];
        for (const each of steps) {
          if ('count' in each) {
            for (let index = 0; index < each.count; index += 1) blocks.admit(10);
            admitted += each.count;
          } else if (each.kind === 'write' && writing.length === 0) {
            if (admitted > 0) writing = [block(next, admitted)];
            next += admitted;
            admitted = 0;
            blocks.write();
          } else if (each.kind === 'written') {
            blocks.written(writing);
            held.push(...writing.splice(0));
          } else if (each.kind === 'not written') {
            blocks.notWritten();
            writing = [];
            admitted = 0;
          } else if (each.kind === 'drop' && held[0] !== undefined) {
            blocks.drop(held[0]);
            held.shift();
          } else if (each.kind === 'clear') {
            blocks.clear();
            [held, writing, admitted] = [[], [], 0];
          }
          const heldBytes = held.reduce((sum, { bytes }) => sum + bytes.length + 512, 0);
          const writingCount = writing.reduce((sum, { messageCount }) => sum + messageCount, 0);
          expect(room.usedBytes).toBe(heldBytes + (writingCount + admitted) * 22);
        }
      }),
    );
  });
});
