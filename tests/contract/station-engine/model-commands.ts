import fc from 'fast-check';
import { formatHeaders } from '../../../broker/src/codecs/nats/index.ts';
import type { Settlement } from '../../../broker/src/core/delivery/index.ts';
import type { GroupTarget } from '../../../broker/src/core/groups/index.ts';
import type { PartitionAddress } from '../../../broker/src/core/stations/index.ts';
import type { Bench } from './bench.ts';
import { ModelGroup, ModelPartition } from './model.ts';

const groupSettings = {
  g: { ackTimeoutMs: 5_000, deliveryCountMax: 3, backoffMs: [], keyHeader: null },
  // The first delay is shorter than the ack timeout, the second longer; the third delivery has the second one too.
  h: { ackTimeoutMs: 8_000, deliveryCountMax: 4, backoffMs: [1_000, 20_000], keyHeader: null },
  k: { ackTimeoutMs: 5_000, deliveryCountMax: 3, backoffMs: [1_000], keyHeader: 'customer' },
} as const;

type GroupName = keyof typeof groupSettings;
const groupNames = ['g', 'h', 'k'] as const satisfies readonly GroupName[];

const retentionCountMax = 5;
const dedupeWindowMs = 10_000;
const partitions = [1, 2];

/** What the engine should have done so far. */
export class Model {
  nowMs = 0;
  /** Partition, group and sequence of those whose group has been deleted. */
  readonly #left = new Set<string>();
  readonly #partitions = new Map(
    partitions.map((number) => [number, new ModelPartition(retentionCountMax, dedupeWindowMs)]),
  );

  partition(number: number): ModelPartition {
    return this.#partitions.get(number) as ModelPartition;
  }

  group(where: Where): ModelGroup {
    return this.partition(where.partition).groups.get(where.group) as ModelGroup;
  }

  createGroup(name: GroupName): void {
    for (const partition of this.#partitions.values()) {
      partition.groups.get(name)?.buryHeld();
    }
    for (const key of this.#deadLetterKeys()) this.#left.add(key);
    for (const partition of this.#partitions.values()) {
      const { firstSequence, keyOf } = partition;
      partition.groups.set(name, new ModelGroup(groupSettings[name], firstSequence, keyOf));
    }
  }

  pass(ms: number): void {
    this.nowMs += ms;
    for (const group of this.#groups()) group.pass(this.nowMs);
  }

  interrupt(how: 'restart' | 'kill'): void {
    for (const group of this.#groups()) {
      if (how === 'restart') group.buryHeld();
      else group.forgetHeld();
      group.restarted(this.nowMs);
    }
  }

  /** A message is a dead letter of a group once, also of one that was created anew. */
  deadLetterCount(): number {
    return new Set([...this.#left, ...this.#deadLetterKeys()]).size;
  }

  #deadLetterKeys(): string[] {
    return [...this.#partitions].flatMap(([partition, { groups }]) =>
      [...groups].flatMap(([group, { deadLetters }]) =>
        deadLetters.map(({ sequence }) => [partition, group, sequence].join('/')),
      ),
    );
  }

  #groups(): ModelGroup[] {
    return [...this.#partitions.values()].flatMap((one) => [...one.groups.values()]);
  }
}

interface Where {
  readonly partition: number;
  readonly group: GroupName;
}

/** One random step: done to the engine and to the model, then both are compared. */
abstract class Step implements fc.AsyncCommand<Model, Bench> {
  check(): boolean {
    return true;
  }

  async run(model: Model, bench: Bench): Promise<void> {
    await this.step(model, bench);
    await bench.settled();
    for (const partition of partitions) await compare(model, bench, partition);
    expect(await bench.deadLetterCount(1)).toBe(model.deadLetterCount());
  }

  protected abstract step(model: Model, bench: Bench): Promise<void>;
  abstract toString(): string;
}

interface Appended {
  readonly partition: number;
  readonly id: string | undefined;
  readonly key: string | undefined;
}

class Append extends Step {
  readonly #what: Appended;

  constructor(what: Appended) {
    super();
    this.#what = what;
  }

  protected async step(model: Model, bench: Bench): Promise<void> {
    const { partition, id, key } = this.#what;
    const expected = model.partition(partition).append({ id, key }, model.nowMs);
    const receipt = bench.append(`message ${String(expected.sequence)}`, {
      partition,
      ...(id === undefined ? {} : { id }),
      ...(key === undefined ? {} : { headers: formatHeaders([{ key: 'customer', value: key }]) }),
    });
    expect(await receipt.arrived).toEqual({ kind: 'stored', ...expected });
  }

  toString(): string {
    const { partition, id = '-', key = '-' } = this.#what;
    return `append(${String(partition)}, ${id}, ${key})`;
  }
}

class Pull extends Step {
  readonly #where: Where;
  readonly #batch: number;

  constructor(where: Where, batch: number) {
    super();
    this.#where = where;
    this.#batch = batch;
  }

  protected async step(model: Model, bench: Bench): Promise<void> {
    const partition = model.partition(this.#where.partition);
    const group = model.group(this.#where);
    const { ready } = group;
    const fresh = group.turns(partition.lastSequence);
    const { deliveries } = await bench.take(this.#where.group, this.#batch, this.#where);

    expect(deliveries).toHaveLength(Math.min(this.#batch, ready.length + fresh.length));
    const repeats = deliveries.slice(0, ready.length).map((delivery) => delivery.sequence);
    expect(ready).toEqual(expect.arrayContaining(repeats));
    expect(new Set(repeats).size).toBe(repeats.length);
    const rest = deliveries.slice(ready.length).map((delivery) => delivery.sequence);
    // In a group that is ordered by key, who became free first comes first.
    const { keyHeader } = groupSettings[this.#where.group];
    if (keyHeader === null) expect(rest).toEqual(fresh.slice(0, rest.length));
    else expect(fresh).toEqual(expect.arrayContaining(rest));
    expect(new Set(rest).size).toBe(rest.length);
    for (const delivery of deliveries) {
      const { deliveryCount } = group.deliver(delivery.sequence, model.nowMs);
      expect(delivery).toMatchObject({
        deliveryCount,
        deliverySequence: group.deliveryCount,
        text: `message ${String(delivery.sequence)}`,
        undeliveredCount: group.untouched(partition.lastSequence).length,
      });
    }
  }

  toString(): string {
    return `pull(${describe(this.#where)}, ${String(this.#batch)})`;
  }
}

class Settle extends Step {
  readonly #where: Where;
  readonly #pick: number;
  readonly #settlement: Settlement;

  constructor(where: Where, pick: number, settlement: Settlement) {
    super();
    this.#where = where;
    this.#pick = pick;
    this.#settlement = settlement;
  }

  protected async step(model: Model, bench: Bench): Promise<void> {
    const group = model.group(this.#where);
    // Only an ack may also meet a message whose time is up; of the rest the port says nothing.
    const settleable = [...group.pending].filter(
      ([, { state }]) => state === 'delivered' || this.#settlement.kind === 'ack',
    );
    const picked = settleable[this.#pick % Math.max(1, settleable.length)];
    if (picked === undefined) return;
    const [sequence, pending] = picked;
    const address = { stationId: 1, partition: this.#where.partition };
    const settlement = this.#settlement;
    if (settlement.kind === 'term' && settlement.reason === undefined) {
      bench.engine.settle(address, this.#where.group, sequence, settlement);
      Object.assign(pending, { state: 'held', dueMs: model.nowMs + 1_000 });
      return;
    }
    await bench.settle(this.#where.group, sequence, settlement, address);
    if (settlement.kind === 'ack') group.settle(sequence);
    else if (settlement.kind === 'term') group.bury(sequence, 'terminated');
    else if (settlement.kind === 'progress') pending.dueMs = model.nowMs + group.ackTimeoutMs;
    else if (settlement.delayMs === 0 || pending.deliveryCount >= group.deliveryCountMax)
      group.requeue(sequence, pending, model.nowMs);
    else Object.assign(pending, { state: 'delayed', dueMs: model.nowMs + settlement.delayMs });
  }

  toString(): string {
    const { kind } = this.#settlement;
    return `settle(${describe(this.#where)}, #${String(this.#pick)}, ${kind})`;
  }
}

class Advance extends Step {
  readonly #ms: number;

  constructor(ms: number) {
    super();
    this.#ms = ms;
  }

  protected async step(model: Model, bench: Bench): Promise<void> {
    await bench.advance(this.#ms);
    model.pass(this.#ms);
  }

  toString(): string {
    return `advance(${String(this.#ms)})`;
  }
}

/** A restart or a kill; then all ack timeouts pass, because the port leaves open from when they run. */
class Interrupt extends Step {
  readonly #how: 'restart' | 'kill';

  constructor(how: 'restart' | 'kill') {
    super();
    this.#how = how;
  }

  protected async step(model: Model, bench: Bench): Promise<void> {
    await bench[this.#how]();
    model.interrupt(this.#how);
    await bench.advance(10_000);
    model.pass(10_000);
  }

  toString(): string {
    return this.#how;
  }
}

class RecreateGroup extends Step {
  readonly #group: GroupName;

  constructor(group: GroupName) {
    super();
    this.#group = group;
  }

  protected async step(model: Model, bench: Bench): Promise<void> {
    await bench.engine.deleteGroup(1, this.#group);
    await bench.group(this.#group, groupSettings[this.#group]);
    model.createGroup(this.#group);
  }

  toString(): string {
    return `recreate(${this.#group})`;
  }
}

class Move extends Step {
  readonly #where: Where;
  readonly #target: GroupTarget;

  constructor(where: Where, target: GroupTarget) {
    super();
    this.#where = where;
    this.#target = target;
  }

  protected async step(model: Model, bench: Bench): Promise<void> {
    const { partition: number, group: name } = this.#where;
    const { firstSequence, lastSequence } = model.partition(number);
    const group = model.group(this.#where);
    const target = this.#target;
    const wanted = {
      first: firstSequence,
      new: lastSequence + 1,
      unsettled: group.settledSequence() + 1,
      sequence: target.kind === 'sequence' ? target.sequence : 0,
      last: lastSequence,
      time: 0,
    }[target.kind];
    const place = Math.min(Math.max(wanted, firstSequence), lastSequence + 1);
    // Ordered by key, it depends on what was asked for so far how much has been passed over.
    const isOrdered = groupSettings[name].keyHeader !== null;
    const from = isOrdered ? (expect.any(Number) as number) : group.nextSequence;
    expect(await bench.move(name, target, number)).toEqual([[from, place]]);
    group.moveTo(place);
  }

  toString(): string {
    return `move(${describe(this.#where)}, ${JSON.stringify(this.#target)})`;
  }
}

/** Opens the station and the groups on the engine and in a model. */
export async function begin(bench: Bench): Promise<Model> {
  const retention = { kind: 'messages', countMax: retentionCountMax } as const;
  await bench.station({ partitionCount: partitions.length, retention, dedupeWindowMs });
  const model = new Model();
  for (const name of groupNames) {
    await bench.group(name, groupSettings[name]);
    model.createGroup(name);
  }
  return model;
}

/** Random steps; those that end the engine only where it is durable. */
export function steps(isDurable: boolean): fc.Arbitrary<fc.AsyncCommand<Model, Bench>>[] {
  const partition = fc.constantFrom(...partitions);
  const group = fc.constantFrom<GroupName>(...groupNames, 'k');
  const where = fc.record({ partition, group });
  const id = fc.option(fc.constantFrom('x', 'y', 'z'), { nil: undefined });
  const key = fc.constantFrom('a', 'a', 'a', 'b', undefined);
  const settlement = fc.oneof(
    fc.constant<Settlement>({ kind: 'ack' }),
    fc.constantFrom(0, 0, 1_000, 20_000).map((delayMs): Settlement => ({ kind: 'nack', delayMs })),
    fc.constantFrom('no', undefined).map((reason): Settlement => ({ kind: 'term', reason })),
    fc.constant<Settlement>({ kind: 'progress' }),
  );
  const target = fc.oneof(
    fc.constantFrom<GroupTarget>({ kind: 'first' }, { kind: 'new' }, { kind: 'unsettled' }),
    fc.constant<GroupTarget>({ kind: 'last', count: 1 }),
    fc
      .integer({ min: 1, max: 20 })
      .map((sequence): GroupTarget => ({ kind: 'sequence', sequence })),
  );
  const everyday = [
    fc.record({ partition, id, key }).map((what) => new Append(what)),
    fc.tuple(where, fc.integer({ min: 1, max: 6 })).map(([at, batch]) => new Pull(at, batch)),
    fc.tuple(where, fc.nat(20), settlement).map(([at, pick, what]) => new Settle(at, pick, what)),
  ];
  const all: fc.Arbitrary<fc.AsyncCommand<Model, Bench>>[] = [
    // Often, or too few messages go the whole way: each is chosen as often as it is here.
    ...[...everyday, ...everyday, ...everyday],
    fc.constantFrom(1, 999, 1_000, 4_999, 5_000, 8_000, 20_000).map((ms) => new Advance(ms)),
    group.map((name) => new RecreateGroup(name)),
    fc.tuple(where, target).map(([at, to]) => new Move(at, to)),
  ];
  if (isDurable) {
    all.push(fc.constantFrom('restart' as const, 'kill' as const).map((how) => new Interrupt(how)));
  }
  return all;
}

async function compare(model: Model, bench: Bench, partition: number): Promise<void> {
  const address: PartitionAddress = { stationId: 1, partition };
  const expected = model.partition(partition);
  const { firstSequence, lastSequence } = expected;
  expect(await bench.partition(address)).toMatchObject({
    firstSequence,
    lastSequence,
    messageCount: lastSequence - firstSequence + 1,
  });
  for (const [name, group] of expected.groups) {
    expect(await bench.groupState(name, address)).toMatchObject({
      settledSequence: group.settledSequence(),
      deliveryCount: group.deliveryCount,
      pendingCount: group.pending.size,
      redeliveredCount: [...group.pending.values()].filter((one) => one.deliveryCount > 1).length,
      undeliveredCount: group.untouched(lastSequence).length,
      missedCount: group.missedCount,
    });
  }
}

function describe({ partition, group }: Where): string {
  return `${String(partition)}/${group}`;
}
