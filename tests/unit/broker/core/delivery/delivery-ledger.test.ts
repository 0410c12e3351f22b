import fc from 'fast-check';
import { chunkOf, DeliveryLedger } from '../../../../../broker/src/core/delivery/index.ts';

const lastSequence = 1200;
const sequence = fc.integer({ min: 1, max: lastSequence });
const step = fc.oneof(
  fc.record({
    kind: fc.constant('deliver' as const),
    sequence,
    count: fc.integer({ min: 1, max: 10 }),
  }),
  fc.record({ kind: fc.constant('settle' as const), sequence }),
  fc.record({ kind: fc.constant('settleUpTo' as const), sequence }),
  fc.record({ kind: fc.constant('raiseFloor' as const), sequence }),
  fc.record({ kind: fc.constant('moveFloor' as const), sequence }),
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** The same in the plainest way: one entry per sequence. */
class Model {
  readonly settled = new Set<number>();
  readonly delivered = new Map<number, number>();

  apply(next: Step): void {
    if (next.kind === 'deliver') {
      if (!this.settled.has(next.sequence)) this.delivered.set(next.sequence, next.count);
      return;
    }
    if (next.kind === 'moveFloor') {
      this.settled.clear();
      this.delivered.clear();
    }
    const first = next.kind === 'settle' ? next.sequence : 1;
    for (let each = first; each <= next.sequence; each += 1) {
      this.settled.add(each);
      this.delivered.delete(each);
    }
  }

  get floor(): number {
    let floor = 0;
    while (this.settled.has(floor + 1)) floor += 1;
    return floor;
  }
}

function apply(ledger: DeliveryLedger, next: Step): void {
  if (next.kind === 'deliver') {
    if (!ledger.isSettled(next.sequence)) ledger.setDelivered(next.sequence, next.count);
  } else if (next.kind === 'settle') {
    ledger.settle(next.sequence);
  } else if (next.kind === 'raiseFloor') {
    ledger.raiseFloor(next.sequence);
  } else if (next.kind === 'moveFloor') {
    ledger.moveFloor(next.sequence);
  } else {
    for (let each = 1; each <= next.sequence; each += 1) ledger.settle(each);
  }
}

function expectSame(ledger: DeliveryLedger, model: Model): void {
  expect(ledger.floor).toBe(model.floor);
  const pending = [...ledger.pending(lastSequence)];
  expect(new Map(pending.map((each) => [each.sequence, each.deliveryCount]))).toEqual(
    new Map([...model.delivered].sort(([one], [other]) => one - other)),
  );
  for (const each of [1, 255, 256, 257, 511, 512, 600, lastSequence]) {
    expect(ledger.isSettled(each)).toBe(model.settled.has(each));
    expect(ledger.deliveryCount(each)).toBe(model.delivered.get(each) ?? 0);
  }
}

describe('DeliveryLedger', () => {
  test('agrees with one entry per sequence after any steps', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const ledger = new DeliveryLedger(0);
        const model = new Model();
        for (const next of steps) {
          apply(ledger, next);
          model.apply(next);
        }
        expectSame(ledger, model);
      }),
    );
  });

  test('is the same again when only its floor and its dirty chunks were written at each commit', () => {
    fc.assert(
      fc.property(fc.array(fc.array(step, { maxLength: 8 }), { maxLength: 8 }), (commits) => {
        const ledger = new DeliveryLedger(0);
        const disk = new Map<number, Uint8Array>();
        for (const steps of commits) {
          for (const next of steps) apply(ledger, next);
          for (const { index, bytes } of ledger.dirtyChunks()) {
            if (bytes === undefined) disk.delete(index);
            else disk.set(index, bytes.slice());
          }
          ledger.markClean();
        }
        const restored = new DeliveryLedger(ledger.floor);
        for (const [index, bytes] of disk) restored.load(index, bytes);
        expect([...restored.pending(lastSequence)]).toEqual([...ledger.pending(lastSequence)]);
        expect([...disk.keys()].every((index) => index >= chunkOf(ledger.floor + 1))).toBe(true);
      }),
    );
  });

  test('forgets what became of a chunk when the floor is moved, and keeps what becomes of it then', () => {
    const ledger = new DeliveryLedger(0);
    ledger.setDelivered(5, 2);
    expect(ledger.deliveryCount(5)).toBe(2);
    ledger.moveFloor(3);
    expect(ledger.deliveryCount(5)).toBe(0);
    ledger.setDelivered(6, 1);
    expect(ledger.deliveryCount(lastSequence)).toBe(0); // of another chunk
    expect([...ledger.pending(lastSequence)]).toEqual([{ sequence: 6, deliveryCount: 1 }]);
    expect(Array.from(ledger.dirtyChunks(), ({ bytes }) => bytes?.[6])).toEqual([1]);
  });

  test('writes a chunk again when the commit that held it failed', () => {
    const ledger = new DeliveryLedger(0);
    ledger.setDelivered(300, 1);
    const before = [...ledger.dirtyChunks()].map(({ index }) => index);
    ledger.markClean();
    expect([...ledger.dirtyChunks()]).toEqual([]);
    ledger.markDirty(before);
    expect([...ledger.dirtyChunks()].map(({ index }) => index)).toEqual([1]);
  });
});
