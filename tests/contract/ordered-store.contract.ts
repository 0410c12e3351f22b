import fc from 'fast-check';
import type { OrderedStore, StoreChange } from '../../broker/src/core/ports/index.ts';

/** One store as the contract suite sees it. */
export interface OrderedStoreAdapter {
  readonly name: string;
  /** An empty place for a store's data. */
  createHome(): OrderedStoreHome;
}

/** Where a store's data live. */
export interface OrderedStoreHome {
  open(): OrderedStore | Promise<OrderedStore>;
  /** Whether a store opened again has what was committed before it was closed. */
  readonly isDurable: boolean;
}

/** The contract of `core/ports/ordered-store.ts`, sentence by sentence, on one adapter. */
export function orderedStoreContract(adapter: OrderedStoreAdapter): void {
  describe(`OrderedStore (store=${adapter.name})`, () => {
    let home: OrderedStoreHome;
    let store: OrderedStore;

    beforeEach(async () => {
      home = adapter.createHome();
      store = await home.open();
    });

    afterEach(() => store.close());

    test('reads what a resolved commit has put, and undefined for the rest', async () => {
      await store.commit([put('a', '1'), put('b', '')]);
      expect(text(store.get(bytes('a')))).toBe('1');
      expect(text(store.get(bytes('b')))).toBe('');
      expect(store.get(bytes('c'))).toBeUndefined();
      expect(store.get(bytes('aa'))).toBeUndefined();
    });

    test('applies the changes of a batch in order', async () => {
      await store.commit([put('a', '1'), remove('a'), put('b', '1'), put('b', '2'), remove('c')]);
      expect(entries(store)).toEqual(['b=2']);
      await store.commit([remove('b'), put('b', '3')]);
      expect(entries(store)).toEqual(['b=3']);
    });

    test('applies batches in the order of the calls, however many wait', async () => {
      const order: number[] = [];
      const batches = Array.from({ length: 100 }, (_, index) =>
        store.commit([put('last', String(index)), put(`k${String(index)}`, '')]).then(() => {
          order.push(index);
          expect(store.get(bytes(`k${String(index)}`))).toBeDefined();
        }),
      );
      await Promise.all(batches);
      expect(order).toEqual([...order].sort((one, other) => one - other));
      expect(text(store.get(bytes('last')))).toBe('99');
    });

    test('resolves for a batch without changes', async () => {
      await expect(store.commit([])).resolves.toBeUndefined();
      expect(entries(store)).toEqual([]);
    });

    test('compares keys byte by byte, unsigned, a prefix before what it begins', async () => {
      const keys = [[0], [0, 0], [0, 1], [1], [0x7f], [0x80], [0x80, 0], [0xff], [0xff, 0xff]];
      await store.commit(
        [...keys].reverse().map((key) => ({
          kind: 'put' as const,
          key: Uint8Array.from(key),
          value: bytes(''),
        })),
      );
      const all = { from: Uint8Array.of(0), before: Uint8Array.of(0xff, 0xff, 0) };
      expect([...store.keys(all)].map((key) => [...key])).toEqual(keys);
    });

    test('keeps keys of 1 byte and of 1,900 bytes', async () => {
      const long = new Uint8Array(1_900).fill(0x61);
      const longer = Uint8Array.from([...long.subarray(1), 0x62]);
      await store.commit([
        { kind: 'put', key: long, value: bytes('long') },
        { kind: 'put', key: longer, value: bytes('longer') },
        put('b', 'short'),
      ]);
      expect(text(store.get(long))).toBe('long');
      expect(text(store.get(longer))).toBe('longer');
      expect(text(store.get(bytes('b')))).toBe('short');
    });

    test('keeps values of several megabytes whole', async () => {
      const value = Uint8Array.from({ length: 3_000_001 }, (_, index) => (index * 7919) % 251);
      await store.commit([{ kind: 'put', key: bytes('large'), value }]);
      expect(Buffer.compare(store.get(bytes('large')) ?? bytes(''), value)).toBe(0);
    });

    test('ranges from the first key included to the last excluded', async () => {
      await store.commit(['a', 'b', 'c', 'd'].map((key) => put(key, key)));
      expect(entries(store, 'b', 'd')).toEqual(['b=b', 'c=c']);
      expect(entries(store, 'aa', 'cc')).toEqual(['b=b', 'c=c']);
      expect(entries(store, 'b', 'b')).toEqual([]);
      expect(entries(store, 'x', 'z')).toEqual([]);
      expect(entries(store, 'd', 'b')).toEqual([]);
    });

    test('ranges in reverse over the same keys from their end', async () => {
      await store.commit(['a', 'b', 'c', 'd'].map((key) => put(key, key)));
      expect(entries(store, 'b', 'd', { reverse: true })).toEqual(['c=c', 'b=b']);
      expect(entries(store, 'a', 'cc', { reverse: true })).toEqual(['c=c', 'b=b', 'a=a']);
      expect(entries(store, 'd', 'b', { reverse: true })).toEqual([]);
    });

    test('ranges over at most so many entries, from the side it begins on', async () => {
      await store.commit(['a', 'b', 'c'].map((key) => put(key, key)));
      expect(entries(store, 'a', 'z', { countMax: 2 })).toEqual(['a=a', 'b=b']);
      expect(entries(store, 'a', 'z', { countMax: 2, reverse: true })).toEqual(['c=c', 'b=b']);
      expect(entries(store, 'a', 'z', { countMax: 0 })).toEqual([]);
    });

    test('lists the same keys alone as with their values', async () => {
      await store.commit(['a', 'b', 'c', 'd'].map((key) => put(key, key)));
      for (const reverse of [false, true]) {
        const range = { from: bytes('a'), before: bytes('d'), reverse, countMax: 2 };
        expect([...store.keys(range)].map(text)).toEqual(
          [...store.range(range)].map((entry) => text(entry.key)),
        );
      }
    });

    test('gives keys and values to the caller for keeps: later commits and the caller’s own changes reach neither side', async () => {
      await store.commit([put('a', 'first')]);
      const kept = store.get(bytes('a'));
      const [entry] = [...store.range({ from: bytes('a'), before: bytes('b') })];
      for (let round = 0; round < 50; round += 1) {
        await store.commit([put('a', `later${String(round)}`), put(`b${String(round)}`, 'x')]);
      }
      expect([text(kept), text(entry?.value), text(entry?.key)]).toEqual(['first', 'first', 'a']);
    });

    // A Buffer too: its `slice` copies nothing.
    test.each([
      ['Uint8Array', (characters: string) => new Uint8Array(bytes(characters))],
      ['Buffer', (characters: string) => Buffer.from(characters)],
    ])('keeps copies of its own of what was a %s, on the way in and out', async (_, make) => {
      const range = { from: bytes('k'), before: bytes('l') };
      const [key, value] = [make('key'), make('value')];
      await store.commit([{ kind: 'put', key, value }]);
      key.fill(0);
      value.fill(0);
      expect(entries(store)).toEqual(['key=value']);
      store.get(bytes('key'))?.fill(0);
      for (const entry of store.range(range)) entry.value.fill(0);
      for (const found of store.keys(range)) found.fill(0);
      expect(entries(store)).toEqual(['key=value']);
    });

    test('has after closing and opening again what was committed, where it is durable', async () => {
      await store.commit([put('a', '1'), put('b', '2')]);
      void store.commit([put('c', '3')]); // on its way when the store is closed
      await store.close();
      store = await home.open();
      expect(entries(store)).toEqual(home.isDurable ? ['a=1', 'b=2', 'c=3'] : []);
    });

    test('agrees with a plain map under random batches and ranges', async () => {
      const key = fc.uint8Array({ minLength: 1, maxLength: 3, max: 3 });
      const change = fc.record({ key, value: fc.option(fc.uint8Array({ maxLength: 6 })) });
      const batches = fc.array(fc.array(change, { maxLength: 8 }), { maxLength: 6 });
      const range = fc.record({
        from: key,
        before: key,
        reverse: fc.boolean(),
        countMax: fc.nat(9),
      });
      await fc.assert(
        fc.asyncProperty(batches, fc.array(range, { maxLength: 5 }), async (rounds, ranges) => {
          await store.commit(
            [...store.keys(everything)].map((old) => ({ kind: 'delete', key: old })),
          );
          const model = new Map<string, Uint8Array>();
          for (const round of rounds) {
            await store.commit(
              round.map((one) =>
                one.value === null
                  ? { kind: 'delete', key: one.key }
                  : { kind: 'put', key: one.key, value: one.value },
              ),
            );
            for (const one of round) {
              if (one.value === null) model.delete(hex(one.key));
              else model.set(hex(one.key), one.value);
            }
          }
          for (const asked of [...ranges, { ...everything, reverse: false, countMax: 1_000 }]) {
            const found = [...store.range(asked)].map((entry) => [
              hex(entry.key),
              hex(entry.value),
            ]);
            expect(found).toEqual(selected(model, asked));
          }
        }),
        { numRuns: 60 },
      );
    });
  });
}

const everything = { from: Uint8Array.of(0), before: new Uint8Array(8).fill(0xff) };

function selected(
  model: ReadonlyMap<string, Uint8Array>,
  asked: { from: Uint8Array; before: Uint8Array; reverse: boolean; countMax: number },
): string[][] {
  // Hexadecimal text sorts as the bytes do.
  const found = [...model]
    .filter(([key]) => key >= hex(asked.from) && key < hex(asked.before))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, value]) => [key, hex(value)]);
  if (asked.reverse) found.reverse();
  return found.slice(0, asked.countMax);
}

function put(key: string, value: string): StoreChange {
  return { kind: 'put', key: bytes(key), value: bytes(value) };
}

function remove(key: string): StoreChange {
  return { kind: 'delete', key: bytes(key) };
}

function entries(
  store: OrderedStore,
  from = 'a',
  before = '~',
  options: { reverse?: boolean; countMax?: number } = {},
): string[] {
  const range = { from: bytes(from), before: bytes(before), ...options };
  return [...store.range(range)].map((entry) => `${text(entry.key)}=${text(entry.value)}`);
}

function bytes(content: string): Uint8Array {
  return new TextEncoder().encode(content);
}

function text(content: Uint8Array | undefined): string {
  return content === undefined ? '(absent)' : Buffer.from(content).toString();
}

function hex(content: Uint8Array): string {
  return Buffer.from(content).toString('hex');
}
