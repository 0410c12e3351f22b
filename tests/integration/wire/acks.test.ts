import { ManualTime } from '../../support/manual-time.ts';
import { startFront } from './front.ts';
import type { Front } from './front.ts';
import type { Frame, RawClient } from './raw-client.ts';
import { createConsumer, createStation, produce } from './stations.ts';

interface Scene {
  readonly time: ManualTime;
  readonly front: Front;
  readonly client: RawClient;
  /** Deliveries so far, oldest first: one pull waits for all of them. */
  readonly deliveries: () => Frame[];
}

/** A group `g` with an ack time of 1 s whose one member has got the messages. */
async function scene(
  payloads: readonly string[],
  settings: object = {},
  station: object = {},
): Promise<Scene> {
  const time = new ManualTime();
  const front = await startFront({ time });
  const client = await front.connect();
  await createStation(client, 's', station);
  await createConsumer(client, 's', 'g', { max_ack_time_ms: 1000, ...settings });
  await produce(client, 's$1', payloads);
  client.subscribe('_INBOX.pull', 'pull');
  client.publish('$JS.API.CONSUMER.MSG.NEXT.s$1.g', '100', { reply: '_INBOX.pull' });
  await client.received('pull', payloads.length);
  return { time, front, client, deliveries: () => client.messages('pull') };
}

/** Payloads of deliveries with how often each has been delivered, as their ack subjects say. */
async function delivered({ time, client, deliveries }: Scene): Promise<string[]> {
  await client.flush();
  await time.settled();
  await client.flush();
  return deliveries().map(
    ({ payload, reply }) => `${payload}×${reply?.split('.')[4] ?? 'no reply'}`,
  );
}

function ackSubject({ deliveries }: Scene, index = 0): string {
  return deliveries()[index]?.reply ?? 'none.was.delivered';
}

describe('an ack', () => {
  test.each(['+ACK', '', '+OK'])('settles its message for good: %p', async (payload) => {
    const one = await scene(['m1']);
    one.client.publish(ackSubject(one), payload);
    await one.client.flush();
    await one.time.advance(5000);
    expect(await delivered(one)).toEqual(['m1×1']);
    expect(await consumerInfo(one)).toMatchObject({ num_ack_pending: 0 });
  });

  test('with a reply subject is confirmed by an empty message, the second time too', async () => {
    const one = await scene(['m1']);
    for (let time = 0; time < 2; time++) {
      expect(await one.client.request(ackSubject(one), '+ACK')).toMatchObject({
        payload: '',
        headers: '',
      });
    }
  });

  test('is accepted from another connection than the one that got the message', async () => {
    const one = await scene(['m1']);
    const other = await one.front.connect();
    other.publish(ackSubject(one), '+ACK');
    await other.flush();
    await one.time.advance(5000);
    expect(await delivered(one)).toEqual(['m1×1']);
  });

  test('is understood in the long form of its subject', async () => {
    const one = await scene(['m1']);
    const long = ackSubject(one).replace('$JS.ACK.', '$JS.ACK._.account.');
    one.client.publish(`${long}.random`, '+ACK');
    await one.client.flush();
    await one.time.advance(5000);
    expect(await delivered(one)).toEqual(['m1×1']);
  });

  test('settles its message for its own group only', async () => {
    const one = await scene(['m1', 'm2']);
    await createConsumer(one.client, 's', 'other.group');
    one.client.subscribe('_INBOX.other', 'other');
    one.client.publish('$JS.API.CONSUMER.MSG.NEXT.s$1.other#group', '2', { reply: '_INBOX.other' });
    const [first, second] = await one.client.received('other', 2);
    await one.client.request(ackSubject(one), '+ACK');
    await one.client.request(first?.reply ?? '', '+ACK');
    await one.client.request(second?.reply ?? '', '+ACK');
    expect(await consumerInfo(one)).toMatchObject({ num_ack_pending: 1 });
    expect(await one.client.requestJson('$JS.API.CONSUMER.INFO.s$1.other#group')).toMatchObject({
      num_ack_pending: 0,
    });
  });

  test('of nothing known is ignored, and the connection goes on', async () => {
    const one = await scene(['m1']);
    const known = ackSubject(one);
    for (const subject of [
      '$JS.ACK',
      '$JS.ACK.',
      '$JS.ACK.s$1.g.1.1.1',
      known.replace('s$1', 'nostation$1'),
      known.replace('s$1', 's$9'),
      known.replace('.g.', '.nogroup.'),
      known.replace('.1.1.1.', '.1.99.1.'),
      known.replace('.1.1.1.', '.1.x.1.'),
    ]) {
      if (subject.endsWith('.')) continue; // refused by the protocol itself
      one.client.publish(subject, '+ACK');
    }
    for (const payload of ['+WHAT', '-NAK {bad', 'x'.repeat(10_000)]) {
      one.client.publish(known, payload);
    }
    await one.client.flush();
    expect(one.client.isClosed).toBe(false);
    expect(await consumerInfo(one)).toMatchObject({ num_ack_pending: 1 });
  });
});

describe('a nack', () => {
  test('has its message delivered again at once', async () => {
    const one = await scene(['m1', 'm2']);
    one.client.publish(ackSubject(one), '-NAK');
    expect(await delivered(one)).toEqual(['m1×1', 'm2×1', 'm1×2']);
  });

  test.each(['-NAK {"delay":700000000}', '-NAK {"delay": 700000000}'])(
    'with a delay has it delivered again after that, not before: %s',
    async (payload) => {
      const one = await scene(['m1'], { max_ack_time_ms: 60_000 });
      one.client.publish(ackSubject(one), payload);
      await one.client.flush();
      await one.time.advance(699);
      expect(await delivered(one)).toEqual(['m1×1']);
      await one.time.advance(1);
      expect(await delivered(one)).toEqual(['m1×1', 'm1×2']);
    },
  );
});

describe('a message that is not acked', () => {
  test('comes again after the ack time, as often as the group allows, and is a dead letter then', async () => {
    const one = await scene(['m1'], { max_msg_deliveries: 3 });
    for (let round = 0; round < 5; round++) await one.time.advance(1000);
    expect(await delivered(one)).toEqual(['m1×1', 'm1×2', 'm1×3']);
    expect(await deadLetters(one)).toMatchObject([{ cause: 'delivery-limit', deliveryCount: 3 }]);
  });

  test('is left more time by a sign of work', async () => {
    const one = await scene(['m1']);
    await one.time.advance(700);
    one.client.publish(ackSubject(one), '+WPI');
    await one.client.flush();
    await one.time.advance(999);
    expect(await delivered(one)).toEqual(['m1×1']);
    await one.time.advance(1);
    expect(await delivered(one)).toEqual(['m1×1', 'm1×2']);
  });
});

describe('a message given up', () => {
  test('with a reason is a dead letter at once', async () => {
    const one = await scene(['m1']);
    await one.client.request(ackSubject(one), '+TERM because');
    expect(await deadLetters(one)).toMatchObject([{ cause: 'terminated', reason: 'because' }]);
    await one.time.advance(5000);
    expect(await delivered(one)).toEqual(['m1×1']);
  });

  test('without a reason waits for its report, and is a dead letter with it', async () => {
    const one = await scene(['m1']);
    one.client.publish(ackSubject(one), '+TERM');
    expect(await consumerInfo(one)).toMatchObject({ num_ack_pending: 1 });
    one.client.publish('$memphis_nacked_dls', report({}));
    expect(await consumerInfo(one)).toMatchObject({ num_ack_pending: 0 });
    expect(await deadLetters(one)).toMatchObject([{ cause: 'terminated', reason: 'because' }]);
    await one.time.advance(5000);
    expect(await delivered(one)).toEqual(['m1×1']);
    expect(await deadLetters(one)).toHaveLength(1);
  });

  test('is a dead letter after a second when nobody reports it', async () => {
    const one = await scene(['m1'], { max_ack_time_ms: 300 });
    one.client.publish(ackSubject(one), '+TERM');
    await one.client.flush();
    await one.time.advance(898); // `deadLetters` takes a tenth of a second itself
    expect(await deadLetters(one)).toEqual([]);
    await one.time.advance(2);
    const letters = await deadLetters(one);
    expect(letters).toMatchObject([{ cause: 'terminated', reason: 'terminated, no report' }]);
    expect(await delivered(one)).toEqual(['m1×1']);
  });

  test('confirms a `+TERM` that has a reply subject when it is settled, not before', async () => {
    const one = await scene(['m1']);
    one.client.subscribe('_INBOX.term', 'term');
    one.client.publish(ackSubject(one), '+TERM', { reply: '_INBOX.term' });
    await one.client.flush();
    await one.time.advance(999);
    await one.client.flush();
    expect(one.client.messages('term')).toEqual([]);
    await one.time.advance(1);
    expect(await one.client.received('term', 1)).toMatchObject([{ payload: '' }]);
  });

  test('is a dead letter once, however late and often it is reported', async () => {
    const one = await scene(['m1']);
    one.client.publish(ackSubject(one), '+TERM');
    await one.client.flush();
    await one.time.advance(1000);
    for (let time = 0; time < 3; time++) {
      one.client.publish('$memphis_nacked_dls', report({ error: 'late' }));
      one.client.publish(ackSubject(one), '+TERM');
    }
    await one.client.flush();
    await one.time.advance(5000);
    expect(await deadLetters(one)).toMatchObject([{ reason: 'terminated, no report' }]);
  });

  test('is found by a report that names station and group as their users typed them', async () => {
    const time = new ManualTime();
    const front = await startFront({ time });
    const client = await front.connect();
    await createStation(client, 'My.Station');
    await createConsumer(client, 'My.Station', 'CG.Go');
    await produce(client, 'my#station$1', ['m1', 'm2']);
    client.subscribe('_INBOX.pull', 'pull');
    const next = '$JS.API.CONSUMER.MSG.NEXT.my#station$1.cg#go';
    client.publish(next, '2', { reply: '_INBOX.pull' });
    for (const [index, cg_name] of ['CG.Go', 'cg#go'].entries()) {
      const [delivery] = (await client.received('pull', 2)).slice(index);
      client.publish(delivery?.reply ?? '', '+TERM');
      const seq = index + 1;
      client.publish(
        '$memphis_nacked_dls',
        report({ station_name: 'my#station', cg_name, seq, error: cg_name }),
      );
    }
    await client.flush();
    await time.advance(100);
    const station = front.services.stations.find('my.station');
    const page = { afterId: 0, countMax: 10 };
    expect(await front.services.engine.deadLetters(station?.id ?? 0, page)).toMatchObject([
      { group: 'cg.go', sequence: 1, reason: 'CG.Go' },
      { group: 'cg.go', sequence: 2, reason: 'cg#go' },
    ]);
  });

  test('is found by a report without a partition: the one given up before it, or the last one', async () => {
    const time = new ManualTime();
    const front = await startFront({ time });
    const client = await front.connect();
    await createStation(client, 's', { partitions_number: 3 });
    await createConsumer(client, 's', 'g');
    const terms: string[] = [];
    for (const partition of [1, 2, 3]) {
      const stream = `s$${String(partition)}`;
      await produce(client, stream, [stream]);
      client.subscribe(`_INBOX.${stream}`, stream);
      const next = `$JS.API.CONSUMER.MSG.NEXT.${stream}.g`;
      client.publish(next, '1', { reply: `_INBOX.${stream}` });
      const [delivery] = await client.received(stream, 1);
      terms.push(delivery?.reply ?? '');
    }
    const [first = '', second = '', third = ''] = terms;
    client.publish(third, '+TERM');
    client.publish(first, '+TERM');
    client.publish('$memphis_nacked_dls', report({ partition: 0, error: 'just before' }));
    const other = await front.connect();
    other.publish('$memphis_nacked_dls', report({ partition: undefined, error: 'the last' }));
    other.publish('$memphis_nacked_dls', report({ partition: 9, error: 'none' }));
    other.publish('$memphis_nacked_dls', report({ partition: -1, error: 'none' }));
    await other.flush();
    client.publish(second, '+TERM never');
    await client.flush();
    await time.advance(100);
    const station = front.services.stations.find('s');
    const page = { afterId: 0, countMax: 10 };
    const letters = await front.services.engine.deadLetters(station?.id ?? 0, page);
    expect(letters.map(({ partition, reason }) => `${String(partition)} ${reason}`).sort()).toEqual(
      ['1 just before', '2 never', '3 the last'],
    );
  });

  test('of a station that keeps messages until they are acked is a dead letter too', async () => {
    const one = await scene(['m1'], {}, { retention_type: 'ack_based' });
    one.client.publish(ackSubject(one), '+TERM');
    one.client.publish('$memphis_nacked_dls', report({}));
    await one.client.flush();
    const [letter] = await deadLetters(one);
    expect(letter?.reason).toBe('because');
    expect(Buffer.from(letter?.message ?? []).toString()).toContain('m1');
    const info = await one.client.requestJson('$JS.API.STREAM.INFO.s$1');
    expect(info).toMatchObject({ state: { messages: 0 } });
  });

  test('may be reported in any spelling, without an answer or a crash', async () => {
    const one = await scene(['m1']);
    for (const payload of [
      report({ station_name: 'nobody' }),
      report({ cg_name: 'nobody' }),
      report({ seq: 99 }),
      report({ seq: -1 }),
      report({ seq: null, cg_name: null, partition: null }),
      report({ seq: '1' }),
      '{bad',
      '',
      '[]',
    ]) {
      one.client.publish('$memphis_nacked_dls', payload);
    }
    expect(await consumerInfo(one)).toMatchObject({ num_ack_pending: 1 });
    one.client.publish('$memphis_pm_acks', '{"id":null,"cg_name":"g"}');
    one.client.publish('$memphis_schemaverse_dls', '{"message":{"data":"abc"}}');
    one.client.publish('$memphis_notifications', '{"Title":"t","Msg":"m","Code":"c","Type":"x"}');
    await one.client.flush();
    expect(one.client.isClosed).toBe(false);
    expect(one.client.messages().map(({ subject }) => subject)).not.toContain('$memphis_pm_acks');
  });
});

test('an ack that asks for the next message gets it', async () => {
  const one = await scene(['m1']);
  one.client.send('UNSUB pull\r\n');
  await produce(one.client, 's$1', ['m2']);
  one.client.subscribe('_INBOX.next', 'next');
  one.client.publish(ackSubject(one), '+NXT', { reply: '_INBOX.next' });
  const [next] = await one.client.received('next', 1);
  expect(next?.payload).toBe('m2');
  expect(await consumerInfo(one)).toMatchObject({ num_ack_pending: 1 });
});

/** What an SDK says of message 1 of `s$1`, given up by `g`. */
function report(fields: object): string {
  const plain = { station_name: 's', error: 'because', partition: 1, cg_name: 'g', seq: 1 };
  return JSON.stringify({ ...plain, ...fields });
}

function consumerInfo({ client }: Scene): Promise<Record<string, unknown>> {
  return client.requestJson('$JS.API.CONSUMER.INFO.s$1.g');
}

async function deadLetters({ time, front }: Scene) {
  await time.advance(100); // those that nobody waits for go with the next commit
  const station = front.services.stations.find('s');
  return front.services.engine.deadLetters(station?.id ?? 0, { afterId: 0, countMax: 10 });
}
