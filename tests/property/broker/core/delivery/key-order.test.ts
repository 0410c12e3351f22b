import fc from 'fast-check';
import type { Delivery } from '../../../../../broker/src/core/delivery/index.ts';
import { DeliveryScene } from '../../../../support/delivery-scene.ts';

type Fate = 'to come' | 'out' | 'done';

interface Watched {
  readonly key: string | undefined;
  /** A delayed message has its place when its time comes, not by its sequence. */
  readonly wasDelayed: boolean;
  fate: Fate;
}

/** A group of which one member takes whatever it is given, and what follows from what it says. */
class Watch {
  readonly scene = new DeliveryScene({ deliveryCountMax: 3 });
  readonly #messages: Watched[] = [];
  /** Of what was stored before it, a restarted group believes acks. */
  #believedUntil = 0;
  #violation: string | undefined;

  constructor() {
    this.scene.onDelivery = (delivery) => {
      this.#delivered(delivery);
    };
    this.scene.pull();
  }

  get out(): number[] {
    return this.#withFate('out');
  }

  store(key: string | undefined, isDelayed: boolean): void {
    const sequence = this.#messages.length + 1;
    if (isDelayed) this.scene.delayed.add(sequence);
    this.#messages.push({
      key: key === '' ? undefined : key,
      wasDelayed: isDelayed,
      fate: 'to come',
    });
    this.scene.store(key);
  }

  ack(sequence: number): void {
    const isBelieved = this.#of(sequence).fate === 'out' || sequence <= this.#believedUntil;
    if (isBelieved) this.#of(sequence).fate = 'done';
    this.scene.ack(sequence);
  }

  async advance(ms: number): Promise<void> {
    await this.scene.time.advance(ms);
  }

  remove(firstSequence: number): void {
    for (let below = 1; below < firstSequence; below += 1) this.#of(below).fate = 'done';
    this.scene.remove(firstSequence);
  }

  move(sequence: number): void {
    // What is held fails first; it is to come all the same.
    this.scene.delivery.failHeldBelow(Infinity);
    this.#bury();
    const place = Math.max(sequence, this.scene.log.firstSequence - 1);
    this.#messages.forEach((message, index) => {
      message.fate = index < place ? 'done' : 'to come';
    });
    this.#believedUntil = 0;
    this.scene.delivery.moveTo(place);
  }

  due(sequence: number): void {
    if (this.scene.delayed.has(sequence)) this.scene.due(sequence);
  }

  restart(): void {
    this.scene.restart();
    this.#believedUntil = this.#messages.length;
    this.scene.pull();
  }

  pick(share: number): number | undefined {
    const count = this.#messages.length;
    return count === 0 ? undefined : 1 + Math.floor(share * count);
  }

  /** Everything that may be delivered has been, because somebody waits for it all the time. */
  async check(): Promise<void> {
    await this.scene.time.settled();
    this.#bury();
    for (const sequence of this.#withFate('to come')) {
      if (this.scene.delayed.has(sequence)) continue;
      const { key } = this.#of(sequence);
      const isHeldBack = key !== undefined && this.out.some((out) => this.#of(out).key === key);
      if (!isHeldBack) this.#fail(`${String(sequence)} (${String(key)}) waits for nobody`);
    }
    if (this.#violation !== undefined) throw new Error(this.#violation);
    const { delivery } = this.scene;
    expect(delivery.pendingCount).toBe(this.out.length);
    const toCome = this.#withFate('to come');
    expect(delivery.undeliveredCount).toBe(toCome.length);
    const waiting = toCome.filter((sequence) => !this.scene.delayed.has(sequence));
    expect(delivery.waitingForKeyCount).toBe(waiting.length);
  }

  /** What is left is acked; nothing stays behind. */
  async finish(): Promise<void> {
    for (const sequence of [...this.scene.delayed].sort((one, other) => one - other)) {
      this.scene.due(sequence);
    }
    while (this.out.length > 0) for (const sequence of this.out) this.ack(sequence);
    await this.check();
    expect(this.#withFate('to come')).toEqual([]);
    expect(this.scene.delivery.settledSequence).toBe(this.#messages.length);
  }

  #delivered({ sequence, deliveryCount }: Delivery): void {
    this.#bury();
    const message = this.#of(sequence);
    const { key, wasDelayed } = message;
    const expected: Fate = deliveryCount === 1 ? 'to come' : 'out';
    if (message.fate !== expected) this.#fail(`${String(sequence)} was ${message.fate}`);
    message.fate = 'out';
    if (deliveryCount > 1 || key === undefined) return;
    this.#messages.forEach((other, index) => {
      if (other === message || other.key !== key) return;
      const isEarlier = index + 1 < sequence && !other.wasDelayed && !wasDelayed;
      if (other.fate === 'out' || (isEarlier && other.fate !== 'done')) {
        this.#fail(`${String(sequence)} overtook ${String(index + 1)} of ${key}`);
      }
    });
  }

  /** What failed for good is done, whenever it did. */
  #bury(): void {
    for (const { sequence } of this.scene.failures.splice(0)) this.#of(sequence).fate = 'done';
  }

  /** The first one. It throws nothing: the caller may be in the middle of a delivery. */
  #fail(what: string): void {
    this.#violation ??= what;
  }

  #of(sequence: number): Watched {
    return this.#messages[sequence - 1] as Watched;
  }

  #withFate(fate: Fate): number[] {
    return this.#messages.flatMap((message, index) => (message.fate === fate ? [index + 1] : []));
  }
}

interface Step {
  readonly run: (watch: Watch) => void | Promise<void>;
  readonly toString: () => string;
}

type Say = (watch: Watch, sequence: number) => void;

const share = fc.double({ min: 0, max: 0.999, noNaN: true });

/** Something said of a message that is out. */
function ofOneOut(what: string, say: Say): fc.Arbitrary<Step> {
  return share.map((place) => ({
    run: (watch) => {
      const { out } = watch;
      const sequence = out[Math.floor(place * out.length)];
      if (sequence !== undefined) say(watch, sequence);
    },
    toString: () => `${what} of ${place.toFixed(2)} of those out`,
  }));
}

function ofAny(what: string, say: Say): fc.Arbitrary<Step> {
  return share.map((place) => ({
    run: (watch) => {
      const sequence = watch.pick(place);
      if (sequence !== undefined) say(watch, sequence);
    },
    toString: () => `${what} ${place.toFixed(2)}`,
  }));
}

const stores = fc
  .tuple(fc.constantFrom('a', 'a', 'b', 'c', '', undefined), fc.nat(9))
  .map(([key, chance]): Step => ({
    run: (watch) => watch.store(key, chance === 0),
    toString: () => `store ${String(key)}${chance === 0 ? ' delayed' : ''}`,
  }));

const waits = fc.constantFrom(1_000, 20_000, 30_000).map((ms): Step => ({
  run: (watch) => watch.advance(ms),
  toString: () => `wait ${String(ms)}`,
}));

const steps: [weight: number, arbitrary: fc.Arbitrary<Step>][] = [
  [6, stores],
  [2, waits],
  [4, ofOneOut('ack', (watch, sequence) => watch.ack(sequence))],
  [1, ofOneOut('nack', ({ scene }, sequence) => scene.nack(sequence))],
  [1, ofOneOut('delay', ({ scene }, sequence) => scene.nack(sequence, 20_000))],
  [1, ofOneOut('hold', ({ scene }, at) => scene.settle(at, { kind: 'term', reason: undefined }))],
  [1, ofOneOut('term', ({ scene }, at) => scene.settle(at, { kind: 'term', reason: 'no' }))],
  [1, ofAny('ack', (watch, sequence) => watch.ack(sequence))],
  [1, ofAny('remove below', (watch, sequence) => watch.remove(sequence))],
  [1, ofAny('move to', (watch, sequence) => watch.move(sequence))],
  [1, ofAny('due', (watch, sequence) => watch.due(sequence))],
  [1, fc.constant<Step>({ run: (watch) => watch.restart(), toString: () => 'restart' })],
];
const step = fc.oneof(...steps.map(([weight, arbitrary]) => ({ weight, arbitrary })));

describe('A group ordered by key', () => {
  test('gives the messages of a key one after the other whatever fails, and holds back no other', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (played) => {
        const watch = new Watch();
        for (const each of played) {
          await each.run(watch);
          await watch.check();
        }
        await watch.finish();
      }),
      { numRuns: 150 },
    );
  });
});
