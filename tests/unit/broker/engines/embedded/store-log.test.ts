import fc from 'fast-check';
import type { StoreChange } from '../../../../../broker/src/core/ports/index.ts';
import { BlockingBudget } from '../../../../../broker/src/engines/embedded/blocking-budget.ts';
import { StoreLog } from '../../../../../broker/src/engines/embedded/store-log.ts';
import type { LogPosition } from '../../../../../broker/src/engines/embedded/store-log.ts';
import { Dice } from '../../../../support/index.ts';
import { ManualTime } from '../../../../support/manual-time.ts';
import { MemoryLog, neverBlocking } from '../../../../support/memory-log.ts';

const page = 4096;
const start: LogPosition = { number: 0, offset: page };

/** A change that names itself and, by its value, takes so many pages of the log. */
function record(name: number, pages: number): StoreChange[] {
  const key = Buffer.from(String(name));
  return [{ kind: 'put', key, value: new Uint8Array((pages - 1) * page + 1) }];
}

async function replayed(log: StoreLog): Promise<number[]> {
  const names: number[] = [];
  for await (const [change] of log.replay()) {
    names.push(Number(Buffer.from(change?.key ?? []).toString()));
  }
  return names;
}

/** With room for eight pages of records. */
function newLog(): { file: MemoryLog; log: StoreLog } {
  const file = new MemoryLog(9 * page);
  return { file, log: new StoreLog(file.open(), start, neverBlocking()) };
}

describe('StoreLog', () => {
  test('replays what was appended behind a position, in its order', async () => {
    const { file, log } = newLog();
    await log.append(record(1, 1));
    const position = log.position;
    await log.append(record(2, 3));
    await log.append(record(3, 1));
    expect(await replayed(new StoreLog(file.open(), start, neverBlocking()))).toEqual([1, 2, 3]);
    expect(await replayed(new StoreLog(file.open(), position, neverBlocking()))).toEqual([2, 3]);
  });

  test('writes small records itself, hands larger ones over, and replays both', async () => {
    const file = new MemoryLog(9 * page);
    const log = new StoreLog(file.open(), start, new BlockingBudget(new ManualTime(), 2 * page));
    file.hold(); // what is handed over
    await log.append(record(1, 2));
    const handedOver = log.append(record(2, 3));
    expect(file.underWayCount).toBe(1);
    file.release();
    await handedOver;
    expect(await replayed(new StoreLog(file.open(), start, neverBlocking()))).toEqual([1, 2]);
  });

  test('has no room for more than it holds until records are released', async () => {
    const { log } = newLog();
    await log.append(record(1, 5));
    const { position } = log;
    await log.append(record(2, 3));
    expect(log.usedBytes).toBe(log.capacityBytes);
    expect(log.hasRoomFor(record(3, 1))).toBe(false);
    log.release(position);
    expect(log.hasRoomFor(record(3, 5))).toBe(true);
    expect(log.hasRoomFor(record(3, 6))).toBe(false);
  });

  test('goes on at the beginning where a record does not fit before the end, and counts what it skips', async () => {
    const { file, log } = newLog();
    await log.append(record(1, 3));
    await log.append(record(2, 3));
    log.release(log.position);
    await log.append(record(3, 1));
    const position = log.position;
    expect(log.hasRoomFor(record(4, 7))).toBe(false); // one page is skipped at the end
    await log.append(record(4, 2));
    expect(file.offsets).toEqual([page, 4 * page, 7 * page, page]);
    expect(log.usedBytes).toBe(4 * page);
    expect(await replayed(new StoreLog(file.open(), position, neverBlocking()))).toEqual([4]);
  });

  test('goes on at the beginning when the end is reached exactly', async () => {
    const { file, log } = newLog();
    await log.append(record(1, 8));
    const { position } = log;
    log.release(position);
    await log.append(record(2, 2));
    expect(file.offsets).toEqual([page, page]);
    expect(await replayed(new StoreLog(file.open(), position, neverBlocking()))).toEqual([2]);
  });

  test('refuses nothing and forgets nothing when a position is released twice, or from before its time', async () => {
    const { file, log } = newLog();
    await log.append(record(1, 2));
    log.release(log.position);
    log.release(log.position);
    log.release(start);
    expect(log.usedBytes).toBe(0);
    const reopened = new StoreLog(file.open(), log.position, neverBlocking());
    reopened.release(log.position);
    expect(reopened.usedBytes).toBe(0);
  });

  test('after power cuts, has every record that was answered behind the last release, and of the others at most the last, whole', async () => {
    const step = fc.record({
      pages: fc.integer({ min: 1, max: 4 }),
      release: fc.nat(3),
      cut: fc.nat(5),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.nat(), async (steps, seed) => {
        const dice = new Dice(seed);
        const file = new MemoryLog(9 * page);
        let released = start;
        let log = new StoreLog(file.open(), released, neverBlocking());
        let live: number[] = []; // answered and not released
        let name = 0;
        for (const { pages, release, cut } of steps) {
          name += 1;
          const changes = record(name, pages);
          if (!log.hasRoomFor(changes)) {
            released = log.position;
            log.release(released);
            live = [];
          }
          if (cut > 0) {
            await log.append(changes);
            live.push(name);
            if (release === 0) {
              released = log.position;
              log.release(released);
              live = [];
            }
            continue;
          }
          file.hold();
          void log.append(changes);
          file.cutPower(dice);
          log = new StoreLog(file.open(), released, neverBlocking());
          const found = await replayed(log);
          expect([live, [...live, name]]).toContainEqual(found);
          live = found;
        }
        expect(await replayed(new StoreLog(file.open(), released, neverBlocking()))).toEqual(live);
      }),
      { numRuns: 150 },
    );
  });
});
