import { saidNotRun } from '../preload/preload-library.ts';
import { failFlush, flushFaults } from './failing-flush.ts';
import { fillDisk } from './full-disk.ts';
import { smallDisk } from './small-disk.ts';

const diskBytes = 24 * 1024 * 1024;

// More often full, and on a larger disk: npm run drill:disk
describe('Disk drill', () => {
  test('a full disk refuses messages with the reason and keeps what it has; with room again, work goes on (cycles=2)', async () => {
    const disk = smallDisk(diskBytes);
    if (disk === undefined) {
      saidNotRun();
      return;
    }
    if (!disk.kind.startsWith('ext4')) console.warn(`The disk is ${disk.kind}`);
    const seen = await fillDisk(disk, { cycleCount: 2, seed: 1 });
    expect({ diskKind: disk.kind, faults: seen.faults }).toEqual({
      diskKind: disk.kind,
      faults: [],
    });
    expect(seen.acknowledgedCount).toBeGreaterThanOrEqual(40);
    expect(seen.refusedCount).toBeGreaterThanOrEqual(2);
    expect(seen.ackCount).toBeGreaterThanOrEqual(20);
  }, 120_000);

  test.each([
    ['log', '503 10023 insufficient resources'],
    ['log, by the broker itself', '503 10023 insufficient resources'],
    ['checkpoint', 'stored'], // nobody waits for it: the log has them
    ['large commit', '503 10023 insufficient resources'],
  ] as const)(
    'a flush that fails is an error to whoever waits for it and the end of the process (flush=%s)',
    async (flush, answer) => {
      if (saidNotRun()) return;
      const seen = await failFlush(flushFaults[flush]);
      const { answers, end, stderr, acknowledgedCount, foundCount } = seen;
      expect(new Set(answers)).toEqual(new Set([answer]));
      expect(end).toEqual({ code: 1, signal: null });
      // What happened and what was received, what is accepted, what to do next.
      expect(stderr).toMatch(/writing to disk failed \(.+\).*Accepted: .*Next: /s);
      expect(foundCount).toBe(acknowledgedCount);
    },
    60_000,
  );
});
