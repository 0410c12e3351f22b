import { pull } from './pull-scene.ts';
import type { FetchAckReplay } from './golden-fetch-ack.ts';
import { createConsumer } from './stations.ts';

type Action = (replay: FetchAckReplay) => Promise<void> | void;

/** What was done before a step, as its words say. */
export const before: Readonly<Record<string, Action>> = {
  'JS fetch(5) body, 2 messages there': ({ store }) => store('fa1', 'm1', 'm2'),
  'Python fetch(10), 3 messages: no_wait + expires': ({ store }) => store('fa1', 'm3', 'm4', 'm5'),
  'max_bytes 10, message of 200 bytes': ({ store }) => store('fa1', 'b'.repeat(200)),
  'waiting pulls of a closed socket are dropped; message published afterwards goes to the next pull':
    async (replay) => {
      const doomed = await replay.front.connect();
      for (const name of ['d1', 'd2', 'd3']) pull(doomed, name, { batch: 1 }, 'fa1$1.g');
      await doomed.flush();
      doomed.close();
      await replay.noPullsWait('fa1$1.g');
      await replay.store('fa1', 'after-dead');
    },
  'ack time 1 s: first delivery of r1..r4': ({ store }) => store('fa2', 'r1', 'r2', 'r3', 'r4'),
  'r1 nacked: redelivered at once': ({ settle }) => settle('fa2$1.g.1.1.', '-NAK'),
  'r2 nacked with delay 700 ms (pull opened right away; r3 termed, r4 acked)': ({ settle }) => {
    settle('fa2$1.g.2.1.', '+ACK');
    settle('fa2$1.g.1.2.', '-NAK {"delay":700000000}');
    settle('fa2$1.g.1.3.', '+TERM');
    settle('fa2$1.g.1.4.', '+ACK');
  },
  w1: ({ store }) => store('fa2', 'w1'),
  '+WPI sent 0.7 s after delivery: redelivery 1 s after the WPI': ({ settle }) =>
    settle('fa2$1.g.1.5.', '+WPI'),
  'group ga, member 1 (batch 1)': ({ store }) => store('fa3', 'x1', 'x2'),
  'publish with two groups': async ({ client }) => {
    for (const group of ['x', 'y']) await createConsumer(client, 'fab', group);
  },
  'group x acked: state': async (replay) => {
    await replay.take('fab$1.x');
    replay.settle('fab$1.x.', '+ACK');
    await replay.settled('fab$1.x');
  },
  // A term is held until its report comes, or does not (requirements.md 8.9): the state is that of afterwards.
  'group y termed: state': async (replay) => {
    await replay.take('fab$1.y');
    replay.settle('fab$1.y.', '+TERM');
    await replay.settled('fab$1.y');
  },
  'a pull whose inbox nobody subscribes to was waiting; message then published; next pull': async ({
    client,
    store,
  }) => {
    const subject = '$JS.API.CONSUMER.MSG.NEXT.fnobody$1.g';
    client.publish(subject, '{"batch":1,"expires":60000000000}', { reply: '_INBOX.nobody' });
    await store('fnobody', 'n1');
  },
  'group from99 (start 99, 8 messages at creation): message 9 is published, then pulled': async ({
    client,
  }) => {
    await client.request('fl$1.final', 's9', 'NATS/1.0\r\n$memphis_producedBy: p1\r\n\r\n');
  },
};

/** What was done while a pull waited. */
export const meanwhile: Readonly<Record<string, Action>> = {
  'group destroyed 100 ms after the pull': async ({ client }) => {
    const consumer = { name: 'h', station_name: 'fdel', connection_id: 'connection-1' };
    await client.request('$memphis_consumer_destructions', { ...consumer, req_version: 1 });
  },
  'station destroyed 300 ms after the pull': async ({ client }) => {
    await client.request('$memphis_station_destructions', { station_name: 'fdel' });
  },
};
