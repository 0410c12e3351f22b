import { KeyOrder } from '../../../../../broker/src/core/delivery/key-order.ts';

/** An order over messages whose keys are the letters of a text, by their place; a dot is a message without one. */
function orderOver(keys: string, out: Iterable<number> = []) {
  const reads: number[] = [];
  const unreadable = new Set<number>();
  const reader = {
    isKept: (sequence: number) => sequence > 0,
    around: (sequence: number) => {
      reads.push(sequence);
      if (unreadable.has(sequence)) return undefined;
      return { message: () => Buffer.from(keys[sequence - 1] ?? ''), headerBytes: () => 0 };
    },
  };
  const readHeader = (message: Uint8Array): string | undefined => {
    const key = Buffer.from(message).toString();
    return key === '.' ? undefined : key;
  };
  const parts = { readHeader, reader: reader as never, waitingCountMax: 3 };
  return { order: new KeyOrder('key', parts, out), reads, unreadable };
}

describe('KeyOrder', () => {
  test('lets one message of a key out, and the others follow one by one', () => {
    const { order } = orderOver('aab.a');
    expect(order.turnOf(1)).toBe('now');
    order.take(1);
    expect(order.turnOf(2)).toBe('behind');
    expect(order.turnOf(3)).toBe('now');
    expect(order.turnOf(4)).toBe('now');
    expect(order.turnOf(5)).toBe('behind');
    expect(order.free(1)).toBe(2);
    expect(order.turnOf(2)).toBe('now');
    order.take(2);
    expect(order.free(2)).toBe(5);
    expect(order.free(5)).toBeUndefined();
    expect(order.turnOf(1)).toBe('now'); // nothing is left of the key
  });

  test('gives the turn to the lowest, whichever came to wait first', () => {
    const { order } = orderOver('aaa');
    order.take(1);
    order.turnOf(3);
    order.turnOf(2);
    expect(order.free(1)).toBe(2);
    expect(order.free(2)).toBe(3);
  });

  test('leaves out who went while waiting', () => {
    const { order } = orderOver('aaaa');
    order.take(1);
    for (const sequence of [2, 3, 4]) order.turnOf(sequence);
    expect(order.isFull).toBe(true);
    expect(order.free(2)).toBeUndefined();
    expect(order.isFull).toBe(false);
    expect(order.free(1)).toBe(3);
  });

  test('waits for all that are out of a key from before it began', () => {
    const { order } = orderOver('aaab', [1, 2]);
    expect(order.turnOf(3)).toBe('behind');
    expect(order.turnOf(4)).toBe('now');
    expect(order.free(2)).toBeUndefined();
    expect(order.free(1)).toBe(3);
  });

  test('knows nobody’s turn while the key of one that is out cannot be read', () => {
    const { order, unreadable } = orderOver('ab', [1]);
    unreadable.add(1);
    expect(order.turnOf(2)).toBe('unknown');
    unreadable.clear();
    expect(order.turnOf(2)).toBe('now');
  });

  test('does not wait for what is not kept any more', () => {
    const { order } = orderOver('ab', [0]);
    expect(order.turnOf(1)).toBe('now');
  });

  test('looks at a message once, however often it is asked', () => {
    const { order, reads } = orderOver('aaaa');
    for (let times = 0; times < 5; times += 1) order.turnOf(1);
    order.take(1);
    for (const sequence of [2, 3, 4]) order.turnOf(sequence);
    for (const sequence of [1, 2, 3]) {
      order.turnOf(order.free(sequence) ?? 0);
      order.take(sequence + 1);
    }
    expect(reads).toEqual([1, 2, 3, 4]);
  });
});
