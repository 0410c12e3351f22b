import fc from 'fast-check';
import { StoreError } from '../../../../../broker/src/core/ports/index.ts';
import type { OrderedStore, StoreChange } from '../../../../../broker/src/core/ports/index.ts';
import {
  decodeLogPosition,
  encodeLogPosition,
  logPositionKey,
} from '../../../../../broker/src/engines/embedded/log-position.ts';
import { BlockingBudget } from '../../../../../broker/src/engines/embedded/blocking-budget.ts';
import { LoggedStore } from '../../../../../broker/src/engines/embedded/logged-store.ts';
import type { LoggedStoreOptions } from '../../../../../broker/src/engines/embedded/logged-store.ts';
import { StoreLog } from '../../../../../broker/src/engines/embedded/store-log.ts';
import { MemoryStore } from '../../../../../broker/src/engines/memory/index.ts';
import { FaultyStore } from '../../../../support/faulty-store.ts';
import { Dice } from '../../../../support/index.ts';
import { ManualTime } from '../../../../support/manual-time.ts';
import { MemoryLog, neverBlocking } from '../../../../support/memory-log.ts';

const storeId = new Uint8Array(16).fill(1);
const delayMs = 1000;

const put = (key: string, value: string): StoreChange => ({
  kind: 'put',
  key: Buffer.from(key),
  value: Buffer.from(value),
});
const remove = (key: string): StoreChange => ({ kind: 'delete', key: Buffer.from(key) });

/** A machine with a log and a store behind it, which outlive the processes that open them. */
class Machine {
  readonly time = new ManualTime();
  readonly log = new MemoryLog(9 * 4096);
  readonly content = new MemoryStore();
  readonly failures: StoreError[] = [];
  blocking = neverBlocking();
  roomAsked: number[] = [];
  /** The store behind the log of the process at work. */
  behind = new FaultyStore(this.content);

  static async make(): Promise<Machine> {
    const machine = new Machine();
    const value = encodeLogPosition({ storeId, position: { number: 0, offset: 4096 } });
    await machine.content.commit([{ kind: 'put', key: logPositionKey, value }]);
    return machine;
  }

  open(options: Partial<LoggedStoreOptions> = {}): Promise<LoggedStore> {
    this.behind.hold(); // what the process before still plans never happens
    this.behind = new FaultyStore(this.content);
    const { position } = decodeLogPosition(this.content.get(logPositionKey));
    const log = new StoreLog(this.log.open(), position, this.blocking);
    return LoggedStore.open(this.behind, log, storeId, this.time, {
      directBytesMin: 3 * 4096,
      checkpointDelayMs: delayMs,
      checkpointKeyCount: 100,
      checkRoom: (_, loggedBytes) => void this.roomAsked.push(loggedBytes),
      onFailure: (error) => void this.failures.push(error),
      ...options,
    });
  }
}

function content(store: OrderedStore): string[] {
  const range = { from: Buffer.from('a'), before: Buffer.from('z') };
  return [...store.range(range)].map(
    ({ key, value }) => `${Buffer.from(key).toString()}=${Buffer.from(value).toString()}`,
  );
}

/** Whether the promise is over once everything that can happen now has. */
async function outcome(machine: Machine, made: Promise<void>): Promise<string> {
  let state = 'waits';
  made.then(
    () => (state = 'resolved'),
    (error: unknown) => (state = String((error as StoreError).reason)),
  );
  await machine.time.settled();
  return state;
}

describe('LoggedStore', () => {
  let machine: Machine;
  let store: LoggedStore;

  beforeEach(async () => {
    machine = await Machine.make();
    store = await machine.open();
  });

  test('resolves a commit when the log has it, without the store behind', async () => {
    machine.behind.hold();
    expect(await outcome(machine, store.commit([put('a', '1')]))).toBe('resolved');
    expect(content(store)).toEqual(['a=1']);
    expect(content(machine.content)).toEqual([]);
  });

  test('resolves no commit before the log has it, and shows nothing of it', async () => {
    machine.log.hold();
    const made = store.commit([put('a', '1')]);
    expect(await outcome(machine, made)).toBe('waits');
    expect(content(store)).toEqual([]);
    machine.log.release();
    expect(await outcome(machine, made)).toBe('resolved');
  });

  test('writes commits that come while one is on its way with one record', async () => {
    machine.log.hold();
    const made = [1, 2, 3].map((number) => store.commit([put(`k${String(number)}`, 'x')]));
    await machine.time.settled();
    machine.log.release();
    await Promise.all(made);
    expect(machine.log.offsets).toHaveLength(2);
    expect(content(store)).toEqual(['k1=x', 'k2=x', 'k3=x']);
  });

  test('gives the store behind many commits in one, after the delay, and nothing twice', async () => {
    await store.commit([put('a', '1'), put('b', '1')]);
    await store.commit([put('a', '2'), remove('b')]);
    await machine.time.advance(delayMs - 1);
    expect(machine.behind.commitCount).toBe(0);
    await machine.time.advance(1);
    expect(machine.behind.commitCount).toBe(1);
    expect(content(machine.content)).toEqual(['a=2']);
    await machine.time.advance(10 * delayMs);
    expect(machine.behind.commitCount).toBe(1);
  });

  test('writes a checkpoint at once when many keys have changed, or half of the log is used', async () => {
    await store.commit(Array.from({ length: 100 }, (_, index) => put(`k${String(index)}`, '')));
    await machine.time.settled();
    expect(machine.behind.commitCount).toBe(1);
    for (let count = 0; count < 5; count += 1) await store.commit([put('a', String(count))]);
    await machine.time.settled();
    expect(machine.behind.commitCount).toBe(2);
  });

  test('takes commits while a checkpoint is at work, and shows both', async () => {
    await store.commit([put('a', '1'), put('b', '1'), put('c', '1')]);
    machine.behind.hold();
    await machine.time.advance(delayMs);
    await store.commit([put('b', '2'), remove('c')]);
    expect(content(store)).toEqual(['a=1', 'b=2']);
    expect(Buffer.from(store.get(Buffer.from('b')) ?? []).toString()).toBe('2');
    expect(store.get(Buffer.from('c'))).toBeUndefined();
    machine.behind.release();
    await machine.time.settled();
    expect(content(store)).toEqual(['a=1', 'b=2']);
    await machine.time.advance(delayMs);
    expect(content(machine.content)).toEqual(['a=1', 'b=2']);
  });

  test('keeps what came while a checkpoint was refused, and what the checkpoint held', async () => {
    await store.commit([put('a', '1'), put('b', '1')]);
    machine.behind.hold();
    await machine.time.advance(delayMs);
    await store.commit([put('b', '2'), put('c', '2')]);
    machine.behind.refuse('full');
    machine.behind.release();
    await machine.time.settled();
    expect(content(store)).toEqual(['a=1', 'b=2', 'c=2']);
    machine.behind.accept();
    await machine.time.advance(delayMs);
    expect(content(machine.content)).toEqual(['a=1', 'b=2', 'c=2']);
  });

  test('writes a large commit to the store behind, after what only the log has, and not to the log', async () => {
    await store.commit([put('a', 'logged'), put('b', 'logged')]);
    const large = 'x'.repeat(4 * 4096);
    await store.commit([put('b', large)]);
    expect(machine.log.offsets).toHaveLength(1);
    expect(content(machine.content)).toEqual(['a=logged', `b=${large}`]);
    expect(machine.behind.commitCount).toBe(1);
    await store.commit([put('b', 'small again')]);
    expect(content(store)).toEqual(['a=logged', 'b=small again']);
  });

  test('lets a large commit wait for the checkpoint at work, and shows what that one holds', async () => {
    await store.commit([put('a', '1')]);
    machine.behind.hold();
    await machine.time.advance(delayMs);
    const large = store.commit([put('b', 'x'.repeat(4 * 4096))]);
    expect(await outcome(machine, large)).toBe('waits');
    expect(content(store)).toEqual(['a=1']);
    machine.behind.release();
    expect(await outcome(machine, large)).toBe('resolved');
  });

  test('writes over nothing that came while a checkpoint was at work', async () => {
    await store.commit([put('a', '1')]);
    machine.behind.hold();
    await machine.time.advance(delayMs);
    await store.commit([put('b', 'meanwhile')]);
    machine.behind.release();
    await machine.time.settled();
    machine.behind.hold();
    for (let count = 0; count < 7; count += 1) await store.commit([put('c', String(count))]);
    expect(await outcome(machine, store.commit([put('c', 'no room')]))).toBe('waits');
    machine.log.cutPower(new Dice(1));
    store = await machine.open();
    expect(content(store)).toEqual(['a=1', 'b=meanwhile', 'c=6']);
  });

  test('lets a commit wait for the checkpoint when the log is full', async () => {
    machine.behind.hold();
    for (let count = 0; count < 8; count += 1) await store.commit([put('a', String(count))]);
    const made = store.commit([put('a', 'last')]);
    expect(await outcome(machine, made)).toBe('waits');
    machine.behind.release();
    expect(await outcome(machine, made)).toBe('resolved');
    expect(content(store)).toEqual(['a=last']);
  });

  test('tells whoever looks for room how many bytes only the log has', async () => {
    await store.commit([put('a', 'four')]);
    await store.commit([put('a', 'other'), put('b', '1')]);
    await machine.time.advance(delayMs);
    await store.commit([put('c', '')]);
    expect(machine.roomAsked).toEqual([0, 4, 0]);
  });

  test('rejects what there is no room for before anything is written', async () => {
    const full = new StoreError('full', 'no room', undefined);
    store = await machine.open({
      checkRoom: () => {
        throw full;
      },
    });
    await expect(store.commit([put('a', '1')])).rejects.toBe(full);
    expect(machine.log.offsets).toEqual([]);
  });

  test('keeps what it has while the store behind is full, refuses when the log is too, and recovers', async () => {
    machine.behind.refuse('full');
    await store.commit([put('a', '0')]);
    await machine.time.advance(delayMs);
    expect(content(store)).toEqual(['a=0']);
    for (let count = 1; count < 8; count += 1) await store.commit([put('a', String(count))]);
    expect(await outcome(machine, store.commit([put('a', 'too much')]))).toBe('full');
    expect(await outcome(machine, store.commit([put('b', 'x'.repeat(16_384))]))).toBe('full');
    expect(content(store)).toEqual(['a=7']);
    expect(machine.failures).toEqual([]);
    machine.behind.accept();
    await machine.time.advance(delayMs);
    expect(content(machine.content)).toEqual(['a=7']);
    await store.commit([put('b', '1')]);
    expect(content(store)).toEqual(['a=7', 'b=1']);
  });

  test('fails for good when the log does', async () => {
    machine.log.fail(new Error('EIO: i/o error'));
    expect(await outcome(machine, store.commit([put('a', '1')]))).toBe('failed');
    expect(machine.failures.map(({ message }) => message)).toEqual(['EIO: i/o error']);
    expect(await outcome(machine, store.commit([put('b', '1')]))).toBe('failed');
    expect(content(store)).toEqual([]);
    expect(machine.failures).toHaveLength(1);
  });

  test('fails in the same way when a write that blocks does', async () => {
    machine.blocking = new BlockingBudget(machine.time, 2048);
    store = await machine.open();
    await store.commit([put('a', '1')]);
    machine.log.fail(new Error('EIO: i/o error'));
    expect(await outcome(machine, store.commit([put('a', '2')]))).toBe('failed');
    expect(machine.failures.map(({ message }) => message)).toEqual(['EIO: i/o error']);
    expect(content(store)).toEqual(['a=1']);
  });

  test('says that the store behind has failed though no commit waits, and takes no more', async () => {
    await store.commit([put('a', '1')]);
    machine.behind.refuse('failed');
    await machine.time.advance(delayMs);
    expect(machine.failures.map(({ reason }) => reason)).toEqual(['failed']);
    expect(await outcome(machine, store.commit([put('b', '1')]))).toBe('failed');
    expect(content(store)).toEqual(['a=1']);
    machine.behind.accept();
    await machine.time.advance(10 * delayMs);
    expect(content(machine.content)).toEqual([]); // a flush is never tried again
  });

  test('leaves nothing to the log when it is closed, and no timer', async () => {
    // The timer of the first is overtaken by the checkpoint that the fifth makes due.
    for (let count = 0; count < 6; count += 1) await store.commit([put('a', '1')]);
    await Promise.all([store.commit([put('b', '1')]), store.close()]);
    expect(machine.time.timerCount).toBe(0);
    await expect(store.commit([put('c', '1')])).rejects.toThrow('closed');
    await store.close();
  });

  test('finds after a kill what only the log has', async () => {
    await store.commit([put('a', '1')]);
    await machine.time.advance(delayMs);
    await store.commit([put('a', '2'), put('b', '1')]);
    machine.log.cutPower(new Dice(1));
    store = await machine.open();
    expect(content(store)).toEqual(['a=2', 'b=1']);
    await machine.time.advance(delayMs);
    expect(content(machine.content)).toEqual(['a=2', 'b=1']);
  });

  test('loses no commit that was resolved, and takes each whole, whenever power goes', async () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const size = fc.constantFrom(1, 1, 1, 3000, 9000, 14_000);
    const step = fc.record({
      changes: fc.array(fc.tuple(key, fc.boolean(), size), { minLength: 1, maxLength: 4 }),
      event: fc.constantFrom('none', 'none', 'none', 'time', 'hold', 'cut', 'full', 'room'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.nat(), async (steps, seed) => {
        const dice = new Dice(seed);
        const power = await Machine.make();
        if (dice.once(2)) power.blocking = new BlockingBudget(power.time, 2048);
        let open = await power.open();
        let resolved = new Map<string, string>();
        let isFull = false;
        for (const [index, { changes, event }] of steps.entries()) {
          if (event === 'full' || event === 'room') isFull = event === 'full';
          if (isFull) power.behind.refuse('full');
          else power.behind.accept();
          if (event === 'time') await power.time.advance(delayMs);
          if (event === 'hold') power.behind.hold();
          if (event === 'cut' && dice.once(2)) power.log.hold();

          const wanted = new Map(resolved);
          const batch = changes.map(([name, isPut, byteCount]) => {
            const value = String(index).padEnd(byteCount, '.');
            if (isPut) wanted.set(name, value);
            else wanted.delete(name);
            return isPut ? put(name, value) : remove(name);
          });
          const state = await outcome(power, open.commit(batch));
          const [before, after] = [plain(resolved), plain(wanted)];
          if (state === 'resolved') resolved = wanted;
          else if (event !== 'cut' && state === 'waits') power.behind.release();
          if (state === 'waits' && event !== 'cut') {
            await power.time.settled();
            resolved = new Map(content(open).map((entry) => entry.split('=') as [string, string]));
            expect([before, after]).toContainEqual(plain(resolved));
          }
          if (event !== 'cut') {
            expect(content(open)).toEqual(plain(resolved));
            continue;
          }
          power.log.cutPower(dice);
          // What was on its way to the store behind is there whole, or not at all.
          if (dice.once(2)) power.behind.release();
          await power.time.settled();
          open = await power.open();
          isFull = false;
          expect(state === 'waits' ? [before, after] : [plain(resolved)]).toContainEqual(
            content(open),
          );
          resolved = new Map(content(open).map((entry) => entry.split('=') as [string, string]));
        }
      }),
      { numRuns: 100 },
    );
  });
});

function plain(entries: ReadonlyMap<string, string>): string[] {
  return [...entries].map(([key, value]) => `${key}=${value}`).sort();
}
