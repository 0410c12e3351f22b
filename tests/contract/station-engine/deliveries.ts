import type { ContractSuite } from './behaviour-table.ts';
import { RecordedPull } from './recorded-pull.ts';
import { station1, waitingPullsMax } from './bench.ts';

export function deliveries(contract: ContractSuite): void {
  contract.behaviour(
    'a pull gets what is there, in order, with counts and times',
    async (bench) => {
      await bench.station();
      const storedAtMs = bench.time.wallMs();
      await bench.storeAll(['a', 'b', 'c']);
      await bench.group('g');
      await bench.advance(1_000);
      const pull = bench.pull('g', 3);
      await bench.settled();
      expect(pull.texts).toEqual(['a', 'b', 'c']);
      expect(pull.end).toBe('filled');
      expect(pull.deliveries[0]).toMatchObject({
        sequence: 1,
        deliveryCount: 1,
        deliverySequence: 1,
        storedAtMs,
      });
      expect(pull.deliveries.map((delivery) => delivery.deliverySequence)).toEqual([1, 2, 3]);
      expect(pull.deliveries.map((delivery) => delivery.undeliveredCount)).toEqual([2, 1, 0]);
    },
  );

  contract.behaviour(
    'a pull that waits gets each message as it comes and ends when it has its batch',
    async (bench) => {
      await bench.station();
      await bench.group('g');
      const pull = bench.pull('g', 2);
      expect(pull.remaining).toBe(2);
      await bench.store('a');
      await bench.settled();
      expect([pull.texts, pull.remaining, pull.end]).toEqual([['a'], 1, undefined]);
      await bench.storeAll(['b', 'c']);
      await bench.settled();
      expect([pull.texts, pull.remaining, pull.end]).toEqual([['a', 'b'], 0, 'filled']);
    },
  );

  contract.behaviour(
    'a message is delivered only once it is durable',
    async (bench) => {
      await bench.station();
      await bench.group('g');
      const waiting = bench.pull('g', 1);
      bench.faults.hold();
      const receipt = bench.append('a');
      await bench.time.settled();
      const later = bench.pull('g', 1);
      await bench.time.settled();
      expect([waiting.texts, later.texts, receipt.outcome]).toEqual([[], [], undefined]);
      bench.faults.release();
      await receipt.arrived;
      await bench.settled();
      expect(waiting.texts).toEqual(['a']);
    },
    { needs: ['storeFaults'] },
  );

  contract.behaviour(
    'caughtUp comes once: at once when nothing is there, else after the last that was there',
    async (bench) => {
      await bench.station();
      await bench.group('g');
      const onEmpty = bench.pull('g', 5);
      await bench.settled();
      expect(onEmpty.trace).toEqual(['caught-up']);
      await bench.storeAll(['a', 'b']);
      await bench.settled();
      expect(onEmpty.trace).toEqual(['caught-up', 1, 2]);
      onEmpty.cancel();

      await bench.group('h');
      const onTwo = bench.pull('h', 5);
      await bench.settled();
      expect(onTwo.trace).toEqual([1, 2, 'caught-up']);
      await bench.store('c');
      await bench.settled();
      expect(onTwo.trace).toEqual([1, 2, 'caught-up', 3]);
      onTwo.cancel();
    },
  );

  contract.behaviour(
    'a pull whose batch is exactly what is there ends without caughtUp after its end',
    async (bench) => {
      await bench.station();
      await bench.storeAll(['a', 'b']);
      await bench.group('g');
      const pull = bench.pull('g', 2);
      await bench.settled();
      expect(pull.trace.filter((entry) => entry !== 'caught-up')).toEqual([1, 2, 'filled']);
      expect(pull.trace.at(-1)).toBe('filled');
    },
  );

  contract.behaviour(
    'waiting pulls take turns: after one message a pull goes to the back',
    async (bench) => {
      await bench.station();
      await bench.group('g');
      const [first, second, third] = [bench.pull('g', 3), bench.pull('g', 1), bench.pull('g', 3)];
      for (const payload of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) await bench.store(payload);
      await bench.settled();
      expect(first.texts).toEqual(['a', 'd', 'f']);
      expect(second.texts).toEqual(['b']);
      expect(third.texts).toEqual(['c', 'e', 'g']);
    },
  );

  contract.behaviour(
    'waiting pulls take turns also when many messages come in one commit',
    async (bench) => {
      await bench.station();
      await bench.group('g');
      const [first, second] = [bench.pull('g', 10), bench.pull('g', 10)];
      await bench.storeAll(['a', 'b', 'c', 'd']);
      await bench.settled();
      expect([first.texts, second.texts]).toEqual([
        ['a', 'c'],
        ['b', 'd'],
      ]);
    },
  );

  contract.behaviour(
    'bytesMax bounds all messages of a pull together; the one too large stays',
    async (bench) => {
      await bench.station();
      await bench.storeAll(['1234', '1234', '1234']);
      await bench.group('g');
      const pull = bench.pull('g', 5, { bytesMax: 10 });
      await bench.settled();
      expect([pull.sequences, pull.end]).toEqual([[1, 2], 'message-too-large']);
      const tooSmall = bench.pull('g', 5, { bytesMax: 3 });
      await bench.settled();
      expect([tooSmall.sequences, tooSmall.end]).toEqual([[], 'message-too-large']);
      const rest = await bench.take('g');
      expect(rest.deliveries).toMatchObject([{ sequence: 3, deliveryCount: 1 }]);
    },
  );

  contract.behaviour(
    'bytesMax counts the header block too, and its exact size fits',
    async (bench) => {
      await bench.station();
      await bench.store('1234', { headers: Buffer.from('NATS/1.0\r\n\r\n') });
      await bench.group('g');
      const tooSmall = bench.pull('g', 1, { bytesMax: 15 });
      await bench.settled();
      expect(tooSmall.end).toBe('message-too-large');
      const exact = bench.pull('g', 1, { bytesMax: 16 });
      await bench.settled();
      expect([exact.texts, exact.end]).toEqual([['1234'], 'filled']);
    },
  );

  contract.behaviour(
    'a cancelled pull hears nothing more and its messages go to others',
    async (bench) => {
      await bench.station();
      await bench.group('g');
      const cancelled = bench.pull('g', 5);
      const other = bench.pull('g', 5);
      cancelled.cancel();
      cancelled.cancel(); // does nothing
      await bench.storeAll(['a', 'b']);
      await bench.settled();
      expect(cancelled.deliveries).toEqual([]);
      expect(other.deliveries.map((delivery) => delivery.deliveryCount)).toEqual([1, 1]);
      expect((await bench.groupState('g')).waitingPullCount).toBe(1);
      other.cancel();
      expect((await bench.groupState('g')).waitingPullCount).toBe(0);
    },
  );

  contract.behaviour('a pull may be cancelled from within its own delivery', async (bench) => {
    await bench.station();
    await bench.group('g');
    const pull = bench.pull('g', 5);
    pull.onDelivery = () => {
      pull.cancel();
    };
    await bench.storeAll(['a', 'b']);
    await bench.settled();
    expect(pull.sequences).toEqual([1]);
    expect((await bench.take('g')).deliveries).toMatchObject([{ sequence: 2, deliveryCount: 1 }]);
  });

  contract.behaviour('a message may be settled from within its own delivery', async (bench) => {
    await bench.station();
    await bench.group('g');
    const pull = bench.pull('g', 3);
    pull.onDelivery = (delivery) => {
      bench.engine.settle(station1, 'g', delivery.sequence, { kind: 'ack' });
    };
    await bench.storeAll(['a', 'b', 'c']);
    await bench.settled();
    expect(await bench.groupState('g')).toMatchObject({ settledSequence: 3, pendingCount: 0 });
  });

  contract.behaviour(
    'a receiver that is not open ends as closed and no delivery is spent',
    async (bench) => {
      await bench.station();
      await bench.group('g');
      const gone = bench.pull('g', 5);
      gone.open = false;
      await bench.store('a');
      await bench.settled();
      expect([gone.deliveries, gone.end]).toEqual([[], 'closed']);
      const present = await bench.take('g');
      expect(present.deliveries).toMatchObject([
        { sequence: 1, deliveryCount: 1, deliverySequence: 1 },
      ]);
    },
  );

  contract.behaviour(
    'a receiver that closes between two messages gets the first only',
    async (bench) => {
      await bench.station();
      await bench.storeAll(['a', 'b']);
      await bench.group('g');
      const receiver = new RecordedPull();
      receiver.onDelivery = () => {
        receiver.open = false;
      };
      bench.pull('g', 5, {}, receiver);
      await bench.settled();
      expect([receiver.sequences, receiver.end]).toEqual([[1], 'closed']);
      expect((await bench.take('g')).deliveries).toMatchObject([{ sequence: 2, deliveryCount: 1 }]);
    },
  );

  contract.behaviour(
    'a receiver that is not ready gets nothing until resume, and holds up nobody else',
    async (bench) => {
      await bench.station();
      await bench.group('g');
      const busy = new RecordedPull();
      busy.ready = false;
      bench.pull('g', 2, {}, busy);
      await bench.store('a');
      await bench.settled();
      expect([busy.deliveries, busy.end]).toEqual([[], undefined]);
      const other = bench.pull('g', 1);
      await bench.settled();
      expect(other.deliveries).toMatchObject([{ sequence: 1, deliveryCount: 1 }]);
      await bench.store('b');
      await bench.settled();
      expect(busy.deliveries).toEqual([]);
      busy.ready = true;
      busy.resume();
      await bench.settled();
      expect(busy.deliveries).toMatchObject([{ sequence: 2, deliveryCount: 1 }]);
      busy.cancel();
    },
  );

  contract.behaviour(
    'a receiver that stops being ready half-way gets the rest after resume',
    async (bench) => {
      await bench.station();
      await bench.storeAll(['a', 'b', 'c', 'd']);
      await bench.group('g');
      const receiver = new RecordedPull();
      receiver.onDelivery = () => {
        receiver.ready = receiver.deliveries.length !== 2;
      };
      bench.pull('g', 4, {}, receiver);
      await bench.settled();
      expect(receiver.sequences).toEqual([1, 2]);
      receiver.ready = true;
      receiver.resume();
      await bench.settled();
      expect([receiver.sequences, receiver.end]).toEqual([[1, 2, 3, 4], 'filled']);
    },
  );

  contract.behaviour('caughtUp waits for a receiver that is not ready', async (bench) => {
    await bench.station();
    await bench.storeAll(['a', 'b']);
    await bench.group('g');
    const receiver = new RecordedPull();
    receiver.ready = false;
    bench.pull('g', 5, {}, receiver);
    await bench.settled();
    expect(receiver.trace).toEqual([]);
    receiver.ready = true;
    receiver.resume();
    await bench.settled();
    expect(receiver.trace).toEqual([1, 2, 'caught-up']);
    receiver.cancel();
  });

  contract.behaviour(
    'a pull made from within a delivery gets what is there before it has caught up',
    async (bench) => {
      await bench.station();
      await bench.storeAll(['a', 'b', 'c']);
      await bench.group('g');
      const inner = new RecordedPull();
      const outer = new RecordedPull();
      outer.onDelivery = () => {
        bench.pull('g', 5, {}, inner);
      };
      bench.pull('g', 1, {}, outer);
      await bench.settled();
      expect(outer.sequences).toEqual([1]);
      expect(inner.trace).toEqual([2, 3, 'caught-up']);
      inner.cancel();
    },
  );

  contract.behaviour(
    'a pull on an unknown group, station or partition ends with no-such-group',
    async (bench) => {
      await bench.station();
      await bench.group('g');
      const ends = [
        bench.pull('h', 1),
        bench.pull('g', 1, { stationId: 9 }),
        bench.pull('g', 1, { partition: 2 }),
      ];
      await bench.settled();
      expect(ends.map((pull) => pull.end)).toEqual(Array(3).fill('no-such-group'));
    },
  );

  contract.behaviour(
    'as many pulls wait as may; one more ends with too-many-waiting',
    async (bench) => {
      await bench.station();
      await bench.group('g');
      await bench.group('h');
      const waiting = Array.from({ length: waitingPullsMax }, () => bench.pull('g', 1));
      expect(bench.pull('g', 1).end).toBe('too-many-waiting');
      const elsewhere = bench.pull('h', 1);
      expect(elsewhere.end).toBeUndefined();
      expect((await bench.groupState('g')).waitingPullCount).toBe(waitingPullsMax);
      waiting[0]?.cancel();
      const next = bench.pull('g', 1);
      expect(next.end).toBeUndefined();
      for (const pull of [...waiting.slice(1), next, elsewhere]) pull.cancel();
    },
  );

  contract.behaviour('each partition delivers by itself', async (bench) => {
    await bench.station({ partitionCount: 2 });
    await bench.group('g');
    const second = bench.pull('g', 5, { partition: 2 });
    await bench.store('one', { partition: 1 });
    await bench.store('two', { partition: 2 });
    await bench.settled();
    expect(second.texts).toEqual(['two']);
    second.cancel();
    expect((await bench.take('g', 5, { partition: 1 })).texts).toEqual(['one']);
  });
}
