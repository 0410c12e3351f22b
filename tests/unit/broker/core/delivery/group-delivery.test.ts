import { DeliveryScene } from '../../../../support/delivery-scene.ts';

describe('GroupDelivery ordered by key', () => {
  test('holds back the key of a message that is out, and no other', () => {
    const scene = new DeliveryScene();
    scene.store('a', 'a', 'b', undefined, 'a', undefined);
    scene.pull();
    expect(scene.taken()).toEqual([1, 3, 4, 6]);
    expect(scene.delivery.undeliveredCount).toBe(2);
    scene.ack(1);
    expect(scene.taken()).toEqual([2]);
    scene.ack(2);
    expect(scene.taken()).toEqual([5]);
    scene.ack(3, 4, 5, 6);
    expect(scene.delivery.settledSequence).toBe(6);
  });

  test.each([
    ['nacked', (scene: DeliveryScene) => scene.nack(1)],
    ['delayed by its nack', (scene: DeliveryScene) => scene.nack(1, 5_000)],
    ['not acked in time', (scene: DeliveryScene) => scene.time.advance(30_000)],
    [
      'given up without a reason',
      (scene: DeliveryScene) => scene.settle(1, { kind: 'term', reason: undefined }),
    ],
  ])(
    'holds a key back while its message is %s, and goes on when it is acked',
    async (_what, fail) => {
      const scene = new DeliveryScene();
      scene.store('a', 'b', 'a');
      scene.pull();
      scene.ack(2);
      await Promise.resolve(fail(scene));
      expect(scene.taken()).not.toContain(3);
      scene.ack(1);
      expect(scene.taken()).toEqual([3]);
    },
  );

  test.each([
    ['terminated', (scene: DeliveryScene) => scene.settle(1, { kind: 'term', reason: 'no' })],
    ['nacked for the last time', (scene: DeliveryScene) => scene.nack(1)],
    ['late for the last time', (scene: DeliveryScene) => scene.time.advance(30_000)],
  ])('goes on with the key when its message is %s', async (_what, fail) => {
    const scene = new DeliveryScene({ deliveryCountMax: 1 });
    scene.store('a', 'a');
    scene.pull();
    await Promise.resolve(fail(scene));
    expect(scene.failures).toMatchObject([{ sequence: 1 }]);
    expect(scene.taken()).toEqual([1, 2]);
  });

  test('goes on with the key when retention takes its message, and those that waited for it', async () => {
    const scene = new DeliveryScene();
    scene.store('a', 'a', 'a', 'a');
    scene.pull();
    scene.remove(3);
    await scene.time.settled();
    expect(scene.taken()).toEqual([1, 3]);
    scene.ack(3);
    expect(scene.taken()).toEqual([4]);
    expect(scene.delivery.position.missedCount).toBe(2);
  });

  test('takes an empty header for none', () => {
    const scene = new DeliveryScene();
    scene.store('', '', 'a');
    scene.pull();
    expect(scene.taken()).toEqual([1, 2, 3]);
  });

  test('goes no further when as many messages wait as may', () => {
    const scene = new DeliveryScene({}, 2);
    scene.store('a', 'a', 'a', 'b', 'a', 'b');
    scene.pull();
    expect(scene.taken()).toEqual([1]);
    expect(scene.delivery.undeliveredCount).toBe(5);
    scene.ack(1);
    expect(scene.taken()).toEqual([2, 4]);
  });

  test('goes further when retention takes one that waited', async () => {
    const scene = new DeliveryScene({}, 1);
    scene.delayed.add(1);
    scene.store('a', 'a');
    scene.pull();
    scene.due(1);
    scene.store('b');
    expect(scene.taken()).toEqual([2]);
    scene.remove(2);
    await scene.time.settled();
    expect(scene.taken()).toEqual([3]);
  });

  test('goes further when a late ack after a restart settles some that waited', () => {
    const scene = new DeliveryScene({}, 2);
    scene.store('a', 'a', 'a', 'b');
    scene.pull();
    scene.restart();
    scene.pull();
    scene.ack(2);
    expect(scene.taken()).toEqual([1, 4]);
    scene.ack(1);
    expect(scene.taken()).toEqual([3]);
  });

  test('tells a pull that it has caught up when all that is left waits for its key', () => {
    const scene = new DeliveryScene();
    scene.store('a', 'a');
    scene.pull();
    expect(scene.caughtUpCount).toBe(1);
  });

  test('gives the next of a key to a pull that acks while it is given the one before', () => {
    const scene = new DeliveryScene();
    scene.store('a', 'a', 'b', 'a');
    scene.onDelivery = ({ sequence }) => scene.ack(sequence);
    scene.pull();
    expect(scene.taken()).toEqual([1, 2, 3, 4]);
  });

  test('remembers over a restart who is out and who waits', async () => {
    const scene = new DeliveryScene();
    scene.store('a', 'b', 'a', 'b', 'c');
    scene.pull();
    scene.ack(2);
    scene.restart();
    scene.store('a', 'd');
    scene.taken();
    scene.pull();
    expect(scene.taken()).toEqual([7]); // 4 and 5 are out, like 1
    scene.ack(1);
    expect(scene.taken()).toEqual([3]);
    await scene.time.advance(30_000);
    expect(scene.taken().sort()).toEqual([3, 4, 5, 7]);
    scene.ack(3);
    expect(scene.taken()).toEqual([6]);
  });

  test('tries again when keys cannot be read, and delivers nothing on suspicion', async () => {
    const scene = new DeliveryScene();
    scene.store('a', 'a', 'b');
    scene.pull(1);
    scene.restart();
    scene.log.unreadable.add(1);
    scene.taken();
    scene.pull();
    expect(scene.taken()).toEqual([]);
    expect(scene.caughtUpCount).toBe(0);
    scene.log.unreadable.clear();
    await scene.time.advance(100);
    expect(scene.taken()).toEqual([3]);
  });

  test('does not wait for a key of which the only message was removed while nobody looked', () => {
    const scene = new DeliveryScene();
    scene.store('a', 'a');
    scene.pull(1);
    scene.log.firstSequence = 2; // its group was not told before the process died
    scene.restart();
    scene.taken();
    scene.pull();
    expect(scene.taken()).toEqual([2]);
  });

  test('counts what waits for its key as soon as it comes to it, and no more when it is settled or gone', () => {
    const scene = new DeliveryScene();
    scene.store('a', 'a', 'b', 'a');
    expect(scene.delivery.waitingForKeyCount).toBe(0); // nobody has asked for any
    scene.pull();
    expect(scene.delivery.waitingForKeyCount).toBe(2);
    scene.restart();
    scene.pull();
    expect(scene.delivery.waitingForKeyCount).toBe(2);
    scene.ack(1);
    expect(scene.delivery.waitingForKeyCount).toBe(1);
    scene.delivery.update(scene.settings({ keyHeader: null }));
    expect(scene.delivery.waitingForKeyCount).toBe(0);
  });

  test('takes over that it is ordered, for what is not delivered yet', () => {
    const scene = new DeliveryScene({ keyHeader: null });
    scene.store('a', 'a');
    scene.pull();
    scene.delivery.update(scene.settings());
    scene.store('a', 'b');
    expect(scene.taken()).toEqual([1, 2, 4]);
    scene.ack(2);
    expect(scene.taken()).toEqual([]);
    scene.ack(1);
    expect(scene.taken()).toEqual([3]);
  });

  test('takes over that it is not ordered any more, or by another header', () => {
    const scene = new DeliveryScene();
    scene.store('a', 'a', 'b', 'a');
    scene.pull();
    expect(scene.taken()).toEqual([1, 3]);
    scene.delivery.update(scene.settings({ keyHeader: 'other' }));
    expect(scene.taken()).toEqual([]); // by `other`, all have one key
    scene.ack(1, 3);
    expect(scene.taken()).toEqual([2]);
    scene.delivery.update(scene.settings({ keyHeader: null }));
    expect(scene.taken()).toEqual([4]);
  });

  test('begins anew where it is moved to', () => {
    const scene = new DeliveryScene();
    scene.store('a', 'a', 'b', 'a');
    scene.pull();
    scene.taken();
    scene.delivery.moveTo(1);
    expect(scene.taken()).toEqual([2, 3]);
    scene.ack(2);
    expect(scene.taken()).toEqual([4]);
  });

  test('gives a delayed message its place when its time has come', () => {
    const scene = new DeliveryScene();
    scene.delayed.add(1);
    scene.store('a', 'a', 'a');
    scene.pull();
    expect(scene.taken()).toEqual([2]);
    scene.due(1);
    expect(scene.taken()).toEqual([]);
    scene.ack(2);
    expect(scene.taken()).toEqual([1]);
    scene.ack(1);
    expect(scene.taken()).toEqual([3]);
  });

  test('is done with a cancelled message that a member has since before a restart, and goes on with its key', async () => {
    const scene = new DeliveryScene();
    scene.store('a', 'a', 'b');
    scene.pull(1);
    expect(scene.taken()).toEqual([1]);
    // With a clock that was set back, what came before the restart may wait once more after it.
    scene.delayed.add(1);
    scene.restart();
    scene.pull();
    expect(scene.taken()).toEqual([3]);
    scene.delivery.drop(1);
    expect(scene.taken()).toEqual([2]);
    scene.ack(2, 3);
    await scene.time.advance(60_000);
    expect(scene.taken()).toEqual([]);
    expect(scene.delivery.pendingCount).toBe(0);
    expect(scene.delivery.settledSequence).toBe(3);
  });

  test('looks at each message once, however many wait for how long', () => {
    const scene = new DeliveryScene();
    scene.pull();
    for (let count = 0; count < 500; count += 1) scene.store('a', `b${String(count % 7)}`);
    let sequence = 1;
    while (sequence <= 1_000) {
      scene.ack(sequence);
      sequence += 1;
    }
    expect(scene.delivery.settledSequence).toBe(1_000);
    // Once for its key and once for its delivery.
    expect(scene.log.readCount).toBe(2_000);
  });

  test('reads no header in a group without an order', () => {
    const scene = new DeliveryScene({ keyHeader: null });
    scene.store('a', 'a', 'a');
    scene.pull();
    expect(scene.taken()).toEqual([1, 2, 3]);
    expect(scene.log.readCount).toBe(3); // for the deliveries
  });
});
