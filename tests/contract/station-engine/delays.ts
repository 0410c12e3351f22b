import type { ContractSuite } from './behaviour-table.ts';

const durable = { needs: ['durable'] } as const;

export function delays(contract: ContractSuite): void {
  contract.behaviour(
    'a delayed message is stored at once and delivered when its time has come, not before',
    async (bench) => {
      await bench.station();
      await bench.group('g');
      expect(await bench.store('later', { delayMs: 60_000 })).toBe(1);
      await bench.store('now');
      const pull = bench.pull('g', 5);
      expect(pull.texts).toEqual(['now']);
      expect(await bench.groupState('g')).toMatchObject({
        settledSequence: 0,
        undeliveredCount: 1,
        pendingCount: 1,
      });
      await bench.ack('g', 2);
      await bench.advance(59_999);
      expect(pull.texts).toEqual(['now']);
      await bench.advance(1);
      expect(pull.deliveries.at(-1)).toMatchObject({
        sequence: 1,
        deliveryCount: 1,
        undeliveredCount: 0,
        text: 'later',
      });
      await bench.ack('g', 1);
      expect(await bench.groupState('g')).toMatchObject({ settledSequence: 2, pendingCount: 0 });
      pull.cancel();
    },
  );

  contract.behaviour('delayed messages come in the order of their times', async (bench) => {
    await bench.station();
    await bench.group('g', { ackTimeoutMs: 300_000 });
    for (const delayMs of [30_000, 10_000, 40_000, 20_000]) {
      await bench.store(String(delayMs), { delayMs });
    }
    const pull = bench.pull('g', 9);
    await bench.advance(25_000);
    expect(pull.texts).toEqual(['10000', '20000']);
    await bench.advance(25_000);
    expect(pull.texts).toEqual(['10000', '20000', '30000', '40000']);
    pull.cancel();
  });

  contract.behaviour(
    'a delayed message whose time has come goes before anything new, to each group once',
    async (bench) => {
      await bench.station();
      await bench.group('g');
      await bench.group('h');
      await bench.store('a', { delayMs: 1_000 });
      await bench.store('b');
      expect((await bench.take('g')).texts).toEqual(['b']);
      await bench.store('c');
      await bench.advance(1_000);
      expect((await bench.take('g')).texts).toEqual(['a', 'c']);
      expect((await bench.take('h')).texts).toEqual(['a', 'b', 'c']); // it had not come so far
    },
  );

  contract.behaviour('a time that is over delays nothing', async (bench) => {
    await bench.station();
    await bench.group('g');
    await bench.store('a', { delayMs: 0 });
    await bench.store('b', { delayMs: -5_000 });
    expect((await bench.take('g')).texts).toEqual(['a', 'b']);
  });

  contract.behaviour(
    'a message id counts for a delayed message too, and its first delay holds',
    async (bench) => {
      await bench.station();
      await bench.group('g');
      await bench.store('a', { id: 'x', delayMs: 10_000 });
      const again = await bench.append('a', { id: 'x' }).arrived;
      expect(again).toEqual({ kind: 'stored', sequence: 1, duplicate: true });
      expect((await bench.take('g')).texts).toEqual([]);
      await bench.advance(10_000);
      expect((await bench.take('g')).texts).toEqual(['a']);
    },
  );

  contract.behaviour('nacks and dead letters go on as with any message', async (bench) => {
    await bench.station();
    await bench.group('g', { deliveryCountMax: 2 });
    await bench.store('a', { delayMs: 1_000 });
    await bench.store('b');
    await bench.take('g');
    await bench.advance(1_000);
    expect((await bench.take('g')).texts).toEqual(['a']);
    await bench.nack('g', 1);
    expect((await bench.take('g')).deliveries).toMatchObject([{ sequence: 1, deliveryCount: 2 }]);
    await bench.nack('g', 1);
    expect(await bench.deadLetters()).toMatchObject([{ sequence: 1, deliveryCount: 2 }]);
  });

  contract.behaviour('a move keeps to the delays of messages', async (bench) => {
    await bench.station();
    await bench.group('g');
    await bench.store('a', { delayMs: 10_000 });
    await bench.storeAll(['b', 'c']);
    expect((await bench.take('g')).texts).toEqual(['b', 'c']);
    await bench.move('g', { kind: 'first' });
    expect((await bench.take('g')).texts).toEqual(['b', 'c']);
    await bench.move('g', { kind: 'sequence', sequence: 3 });
    const pull = bench.pull('g', 9);
    await bench.advance(10_000);
    expect(pull.texts).toEqual(['c']);
    expect(await bench.groupState('g')).toMatchObject({ undeliveredCount: 0 });
    pull.cancel();
  });

  contract.behaviour(
    'what retention or a purge removes before its time is missed, and never comes',
    async (bench) => {
      await bench.station({ retention: { kind: 'messages', countMax: 2 } });
      await bench.group('g');
      await bench.store('a', { delayMs: 10_000 });
      await bench.storeAll(['b', 'c']);
      await bench.take('g');
      await bench.store('d', { delayMs: 10_000 });
      await bench.engine.purge({ stationId: 1, partition: 1 }, 99);
      const pull = bench.pull('g', 9);
      await bench.advance(20_000);
      expect(pull.texts).toEqual([]);
      const state = await bench.groupState('g');
      expect(state).toMatchObject({ settledSequence: 4, undeliveredCount: 0 });
      expect(state.missedCount).toBeGreaterThanOrEqual(2);
      pull.cancel();
    },
  );

  contract.behaviour(
    'an ack-based station keeps a delayed message until its group has acked it',
    async (bench) => {
      await bench.station({ retention: { kind: 'acked' } });
      await bench.group('g');
      await bench.store('a', { delayMs: 10_000 });
      await bench.store('b');
      await bench.take('g');
      await bench.ack('g', 2);
      await bench.settled();
      expect(await bench.partition()).toMatchObject({ firstSequence: 1 });
      await bench.advance(10_000);
      expect((await bench.take('g')).texts).toEqual(['a']);
      await bench.ack('g', 1);
      await bench.settled();
      expect(await bench.partition()).toMatchObject({ firstSequence: 3, messageCount: 0 });
    },
  );

  contract.behaviour(
    'a delay as long as the station keeps messages is refused, and nothing is stored',
    async (bench) => {
      await bench.station({ retention: { kind: 'age', ageMaxMs: 60_000 } });
      expect(await bench.append('a', { delayMs: 60_000 }).arrived).toMatchObject({
        kind: 'refused',
        error: { code: 'DELAY_PAST_RETENTION' },
      });
      expect(await bench.store('b', { delayMs: 59_999 })).toBe(1);
    },
  );

  contract.behaviour(
    'a refused delayed message leaves no delay to the one that gets its sequence',
    async (bench) => {
      await bench.station();
      await bench.group('g');
      bench.faults.refuse('full');
      expect(await bench.append('a', { delayMs: 60_000 }).arrived).toMatchObject({
        kind: 'refused',
      });
      bench.faults.accept();
      expect(await bench.store('b')).toBe(1);
      expect((await bench.take('g')).texts).toEqual(['b']);
    },
    { needs: ['storeFaults'] },
  );

  contract.behaviour(
    'delays survive a kill; a time that came meanwhile is not waited for again',
    async (bench) => {
      await bench.station();
      await bench.group('g');
      await bench.store('a', { delayMs: 10_000 });
      await bench.store('b', { delayMs: 20_000 });
      await bench.store('c');
      await bench.take('g');
      await bench.ack('g', 3);
      await bench.kill();
      expect(await bench.groupState('g')).toMatchObject({ undeliveredCount: 2 });
      const pull = bench.pull('g', 9);
      await bench.advance(9_999);
      expect(pull.texts).toEqual([]);
      await bench.advance(1);
      expect(pull.texts).toEqual(['a']);
      pull.cancel();
      await bench.advance(10_000); // nobody pulls when the time of b comes
      await bench.kill();
      expect((await bench.take('g')).texts).toEqual(['b']);
    },
    durable,
  );

  contract.behaviour(
    'a confirmed ack of a delayed message is believed after a kill',
    async (bench) => {
      await bench.station();
      await bench.group('g');
      await bench.store('a', { delayMs: 1_000 });
      await bench.store('b');
      await bench.take('g');
      await bench.advance(1_000);
      await bench.kill();
      await bench.ack('g', 1); // delivered, as far as the engine can know
      expect((await bench.take('g')).texts).not.toContain('a');
      expect(await bench.groupState('g')).toMatchObject({ settledSequence: 1 });
    },
    durable,
  );
}
