import type { Bench } from './bench.ts';
import type { ContractSuite } from './behaviour-table.ts';

const durable = { needs: ['durable'] } as const;
const keyHeader = 'customer';

export function keyOrder(contract: ContractSuite): void {
  contract.behaviour(
    'a group ordered by a header gets a message when the one before it with the same value is settled; others pass',
    async (bench) => {
      await ordered(bench, ['a1', 'a2', 'b1', '-1', 'a3']);
      const pull = bench.pull('g', 99);
      expect(pull.texts).toEqual(['a1', 'b1', '-1']);
      const waiting = { undeliveredCount: 2, waitingForKeyCount: 2, pendingCount: 3 };
      expect(await bench.groupState('g')).toMatchObject(waiting);
      await bench.nack('g', 1);
      expect(pull.texts).toEqual(['a1', 'b1', '-1', 'a1']);
      await bench.ack('g', 1);
      await bench.ack('g', 2);
      expect(pull.texts.slice(4)).toEqual(['a2', 'a3']);
      pull.cancel();
    },
  );

  contract.behaviour(
    'a dead letter holds its key back no longer, and has its key with it',
    async (bench) => {
      await ordered(bench, ['a1', 'a2', 'a3'], { deliveryCountMax: 2 });
      const pull = bench.pull('g', 99);
      await bench.nack('g', 1);
      await bench.nack('g', 1);
      await bench.settle('g', 2, { kind: 'term', reason: 'no' });
      expect(pull.texts).toEqual(['a1', 'a1', 'a2', 'a3']);
      const letters = await bench.deadLetters();
      expect(letters.map(({ sequence }) => sequence)).toEqual([1, 2]);
      for (const { message, headerBytes } of letters) {
        const block = Buffer.from(message.subarray(0, headerBytes)).toString();
        expect(block).toContain(`${keyHeader}: a\r\n`);
      }
      pull.cancel();
    },
  );

  contract.behaviour(
    'what is given up without a reason, or waits for its ack, holds its key back until that is over',
    async (bench) => {
      await ordered(bench, ['a1', 'a2', 'a3'], { ackTimeoutMs: 10_000, deliveryCountMax: 1 });
      const pull = bench.pull('g', 99);
      bench.term('g', 1);
      await bench.advance(999);
      expect(pull.texts).toEqual(['a1']);
      await bench.advance(1);
      expect(pull.texts).toEqual(['a1', 'a2']);
      await bench.advance(9_999);
      expect(pull.texts).toEqual(['a1', 'a2']);
      await bench.advance(1);
      expect(pull.texts).toEqual(['a1', 'a2', 'a3']);
      pull.cancel();
    },
  );

  contract.behaviour('the header is found in whatever case it is written', async (bench) => {
    await bench.station();
    await bench.group('g', { keyHeader: 'Customer' });
    for (const name of ['customer', 'CUSTOMER', 'Customer', 'customers']) {
      await bench.store(name, { headers: headersOf('a', name) });
    }
    expect((await bench.take('g')).texts).toEqual(['customer', 'customers']);
    expect(await bench.groupState('g')).toMatchObject({ waitingForKeyCount: 2 });
  });

  contract.behaviour('each group has an order of its own, and each partition', async (bench) => {
    await bench.station({ partitionCount: 2 });
    await bench.group('g', { keyHeader });
    await bench.group('plain');
    await store(bench, ['a1', 'a2']);
    await bench.store('a3', { headers: headersOf('a'), partition: 2 });
    expect((await bench.take('g')).texts).toEqual(['a1']);
    expect((await bench.take('g', 9, { partition: 2 })).texts).toEqual(['a3']);
    expect((await bench.take('plain')).texts).toEqual(['a1', 'a2']);
  });

  contract.behaviour(
    'a group may become ordered by a header, and stop being so; a change that does not name it leaves it',
    async (bench) => {
      await bench.station();
      await bench.group('g');
      await store(bench, ['a1', 'a2', 'a3']);
      expect((await bench.take('g', 1)).texts).toEqual(['a1']);
      await bench.group('g', { keyHeader });
      expect((await bench.take('g')).texts).toEqual([]);
      await bench.group('g', { deliveryCountMax: 5 });
      expect((await bench.groupState('g')).settings).toMatchObject({ keyHeader });
      const pull = bench.pull('g', 99);
      expect(pull.texts).toEqual([]);
      await bench.group('g', { keyHeader: null });
      expect(pull.texts).toEqual(['a2', 'a3']);
      expect((await bench.groupState('g')).settings).toMatchObject({ keyHeader: null });
      pull.cancel();
    },
  );

  contract.behaviour(
    'a purge that takes the message of a key lets the next one come',
    async (bench) => {
      await ordered(bench, ['a1', 'a2', 'a3']);
      const pull = bench.pull('g', 99);
      await bench.engine.purge({ stationId: 1, partition: 1 }, 3);
      await bench.settled();
      expect(pull.texts).toEqual(['a1', 'a3']);
      expect(await bench.groupState('g')).toMatchObject({ missedCount: 2, undeliveredCount: 0 });
      pull.cancel();
    },
  );

  contract.behaviour('a moved group is ordered from its new place on', async (bench) => {
    await ordered(bench, ['a1', 'a2', 'b1']);
    expect((await bench.take('g')).texts).toEqual(['a1', 'b1']);
    await bench.move('g', { kind: 'first' });
    const pull = bench.pull('g', 99);
    expect(pull.texts).toEqual(['a1', 'b1']);
    await bench.ack('g', 1);
    expect(pull.texts).toEqual(['a1', 'b1', 'a2']);
    pull.cancel();
  });

  contract.behaviour(
    'a message with a delay takes its place among those of its key when its time has come',
    async (bench) => {
      await bench.station();
      await bench.group('g', { keyHeader });
      await bench.store('a1', { headers: headersOf('a'), delayMs: 5_000 });
      await store(bench, ['a2', 'a3']);
      const pull = bench.pull('g', 99);
      await bench.advance(5_000);
      expect(pull.texts).toEqual(['a2']);
      await bench.ack('g', 2);
      await bench.ack('g', 1);
      expect(pull.texts).toEqual(['a2', 'a1', 'a3']);
      pull.cancel();
    },
  );

  contract.behaviour('an ack-based station keeps what waits for its key', async (bench) => {
    await bench.station({ retention: { kind: 'acked' } });
    await bench.group('g', { keyHeader });
    await store(bench, ['a1', 'a2', 'b1']);
    await bench.take('g');
    await bench.ack('g', 1);
    await bench.ack('g', 3);
    await bench.settled();
    expect(await bench.partition()).toMatchObject({ firstSequence: 2 });
    expect((await bench.take('g')).texts).toEqual(['a2']);
  });

  contract.behaviour(
    'a deletion that is refused leaves no key held back by what it gave up',
    async (bench) => {
      await ordered(bench, ['a1', 'a2']);
      const pull = bench.pull('g', 99);
      bench.term('g', 1);
      bench.faults.refuse('full');
      await expect(bench.engine.deleteGroup(1, 'g')).rejects.toMatchObject({
        code: 'STORE_REFUSED',
      });
      await bench.time.settled();
      expect(pull.texts).toEqual(['a1', 'a2']);
      bench.faults.accept();
      pull.cancel();
    },
    { needs: ['storeFaults'] },
  );

  contract.behaviour(
    'the order survives a kill: who is out, who waits, and the setting',
    async (bench) => {
      await ordered(bench, ['a1', 'b1', 'a2', 'b2', 'a3']);
      await bench.take('g');
      await bench.ack('g', 2);
      await bench.kill();
      expect((await bench.groupState('g')).settings).toMatchObject({ keyHeader });
      const pull = bench.pull('g', 99);
      expect(pull.texts).toEqual(['b2']);
      await bench.ack('g', 1);
      expect(pull.texts).toEqual(['b2', 'a2']);
      await bench.ack('g', 3);
      expect(pull.texts).toEqual(['b2', 'a2', 'a3']);
      pull.cancel();
    },
    durable,
  );
}

/** A station with these messages, and a group `g` ordered by key. */
async function ordered(
  bench: Bench,
  texts: readonly string[],
  settings: Parameters<Bench['group']>[1] = {},
): Promise<void> {
  await bench.station();
  await bench.group('g', { keyHeader, ...settings });
  await store(bench, texts);
}

/** Messages whose key is the first letter of their text; `-` for none. */
async function store(bench: Bench, texts: readonly string[]): Promise<void> {
  for (const text of texts) {
    const key = text.charAt(0);
    await bench.store(text, key === '-' ? {} : { headers: headersOf(key) });
  }
}

function headersOf(key: string, header = keyHeader): Uint8Array {
  return Buffer.from(`NATS/1.0\r\n${header}: ${key}\r\n\r\n`);
}
