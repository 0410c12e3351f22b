import { DedupeWindow } from '../../../../../broker/src/core/local-engine/dedupe-window.ts';
import { numberAtEnd } from '../../../../../broker/src/core/local-engine/storage-keys.ts';
import type { StoreChange } from '../../../../../broker/src/core/ports/index.ts';

const address = { stationId: 1, partition: 1 };

function contribution(window: DedupeWindow, nowMs: number): StoreChange[] {
  const changes: StoreChange[] = [];
  window.contribute(changes, nowMs);
  return changes;
}

function keysOf(changes: readonly StoreChange[], kind: StoreChange['kind']): number[] {
  return changes.filter((change) => change.kind === kind).map(({ key }) => numberAtEnd(key));
}

describe('DedupeWindow', () => {
  test('finds an id until the window is over', () => {
    const window = new DedupeWindow(address, { storage: 'file', dedupeWindowMs: 1000 });
    window.remember('a', 7, 5000);
    expect(window.find('a', 5999)).toBe(7);
    expect(window.find('a', 6000)).toBeUndefined();
    expect(window.find('b', 5000)).toBeUndefined();
  });

  test('writes the ids of one commit in one record, and removes the record when all are out of the window', () => {
    const window = new DedupeWindow(address, { storage: 'file', dedupeWindowMs: 1000 });
    window.remember('a', 7, 5000);
    window.remember('b', 8, 5100);
    expect(keysOf(contribution(window, 5100), 'put')).toEqual([7]);
    expect(window.nextExpiryMs).toBe(6100);
    expect(contribution(window, 6099)).toEqual([]);
    expect(keysOf(contribution(window, 6100), 'delete')).toEqual([7]);
    expect(window.nextExpiryMs).toBeUndefined();
  });

  test('remembers after a restart what was written, to the millisecond and with any characters', () => {
    const before = new DedupeWindow(address, { storage: 'file', dedupeWindowMs: 1000 });
    before.remember('a', 7, 5000);
    before.remember('größer ☃ \n', 8, 5100);
    const after = new DedupeWindow(address, { storage: 'file', dedupeWindowMs: 1000 });
    for (const change of contribution(before, 5100)) {
      if (change.kind === 'put') after.load(numberAtEnd(change.key), change.value);
    }
    expect([after.find('a', 5999), after.find('a', 6000)]).toEqual([7, undefined]);
    expect(after.find('größer ☃ \n', 6099)).toBe(8);
    expect(after.nextExpiryMs).toBe(6100);
  });

  test('forgets what was not stored, and lets its place be written anew', () => {
    const window = new DedupeWindow(address, { storage: 'file', dedupeWindowMs: 1000 });
    window.remember('kept', 7, 5000);
    contribution(window, 5000);
    window.remember('lost', 8, 5900);
    contribution(window, 5900);
    window.forgetFrom(8);
    expect([window.find('kept', 5900), window.find('lost', 5900)]).toEqual([7, undefined]);
    window.remember('other', 8, 6500);
    expect(keysOf(contribution(window, 6500), 'put')).toEqual([8]);
    // The record of the first try at 8 would have been due at 6900: the new one must outlive it.
    expect(keysOf(contribution(window, 7000), 'delete')).toEqual([]);
    expect(window.nextExpiryMs).toBe(7500);
  });

  test('keeps the ids of a memory station off the disk, and forgets them in time all the same', () => {
    const window = new DedupeWindow(address, { storage: 'memory', dedupeWindowMs: 1000 });
    window.remember('a', 7, 5000);
    expect(contribution(window, 5000)).toEqual([]);
    expect([window.find('a', 5999), window.nextExpiryMs]).toEqual([7, 6000]);
    expect(contribution(window, 6000)).toEqual([]);
    expect([window.find('a', 5999), window.nextExpiryMs]).toEqual([undefined, undefined]);
  });
});
