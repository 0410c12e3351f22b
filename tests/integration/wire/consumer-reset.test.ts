import { startFront } from './front.ts';
import type { Front } from './front.ts';
import type { RawClient } from './raw-client.ts';
import { createConsumer, createStation, produce } from './stations.ts';

interface Scene {
  readonly front: Front;
  readonly client: RawClient;
  readonly reset: (name: string, payload?: object | string) => Promise<Record<string, unknown>>;
  /** Sequences that a pull of one partition brings. */
  readonly pulled: (partition: number, batch: number) => Promise<readonly number[]>;
}

/** A station `st` of two partitions, three messages in the first and one in the second, and a group `g`. */
async function scene(): Promise<Scene> {
  const front = await startFront();
  const client = await front.connect();
  await createStation(client, 'st', { partitions_number: 2 });
  await createConsumer(client, 'st', 'g');
  await produce(client, 'st$1', ['a', 'b', 'c']);
  await produce(client, 'st$2', ['x']);
  let count = 0;
  return {
    front,
    client,
    reset: (name, payload = '') => client.requestJson(`$JS.API.CONSUMER.RESET.${name}`, payload),
    pulled: async (partition, batch) => {
      count += 1;
      const sid = `pull-${count}`;
      client.subscribe(`_INBOX.${sid}`, sid);
      client.publish(`$JS.API.CONSUMER.MSG.NEXT.st$${partition}.g`, String(batch), {
        reply: `_INBOX.${sid}`,
      });
      const messages = await client.received(sid, batch);
      return messages.map(({ reply = '' }) => Number(reply.split('.').at(-4)));
    },
  };
}

describe('CONSUMER.RESET', () => {
  test('moves a group to a sequence of one partition and answers where it is now', async () => {
    const { reset, pulled } = await scene();
    expect(await pulled(1, 3)).toEqual([1, 2, 3]);
    expect(await reset('st$1.g', { seq: 2 })).toMatchObject({
      type: 'io.nats.jetstream.api.v1.consumer_reset_response',
      stream_name: 'st$1',
      name: 'g',
      reset_seq: 2,
      moves: [{ stream_name: 'st$1', from_seq: 4, reset_seq: 2 }],
      ack_floor: { stream_seq: 1 },
      num_pending: 2,
      num_ack_pending: 0,
    });
    expect(await pulled(1, 2)).toEqual([2, 3]);
    expect(await pulled(2, 1)).toEqual([1]);
  });

  test('without a payload gives out again what is not settled', async () => {
    const { client, reset, pulled } = await scene();
    await pulled(1, 3);
    await client.request('$JS.ACK.st$1.g.1.1.1.0.0', '+ACK');
    expect(await reset('st$1.g')).toMatchObject({ reset_seq: 2 });
    expect(await pulled(1, 2)).toEqual([2, 3]);
  });

  test.each([
    [{ deliver_policy: 'all' }, [1, 1]],
    [{ deliver_policy: 'new' }, [4, 2]],
    [{ deliver_policy: 'last' }, [3, 1]],
    [{ deliver_policy: 'by_start_sequence', opt_start_seq: 2 }, [2, 2]],
    [{ deliver_policy: 'by_start_time', opt_start_time: '2020-01-01T00:00:00Z' }, [1, 1]],
    [{ deliver_policy: 'by_start_time', opt_start_time: '2999-01-01T00:00:00.5+02:00' }, [4, 2]],
    [{ seq: 3 }, [3, 2]],
  ])(
    'moves it on every partition where the station is named alone: %j',
    async (payload, places) => {
      const { reset } = await scene();
      const answer = await reset('st.g', payload);
      expect(answer).toMatchObject({
        moves: [
          { stream_name: 'st$1', reset_seq: places[0] },
          { stream_name: 'st$2', reset_seq: places[1] },
        ],
      });
    },
  );

  test.each([
    ['st$1.g', { seq: 0 }, 400, /seq has to be 1 or more/],
    ['st$1.g', { seq: -1 }, 400, /seq has to be 1 or more/],
    ['st$1.g', { seq: 'x' }, 400, /seq has to be a whole number/],
    ['st$1.g', { seq: 1, deliver_policy: 'all' }, 400, /exclude each other/],
    ['st$1.g', { opt_start_seq: 4 }, 400, /need their deliver_policy/],
    ['st$1.g', { deliver_policy: 'some' }, 400, /deliver_policy has to be/],
    ['st$1.g', { deliver_policy: 'by_start_time', opt_start_time: 'noon' }, 400, /opt_start_time/],
    ['st$1.g', '[', 400, /not valid JSON/],
    ['st$1.other', '', 404, /consumer not found/],
    ['st$1.g.more', '', 404, /consumer not found/],
    ['st$3.g', '', 404, /stream not found/],
    ['other.g', '', 404, /stream not found/],
  ])('is refused, and the group stays where it is: %s %j', async (name, payload, code, why) => {
    const { reset, pulled } = await scene();
    await pulled(1, 1);
    expect(await reset(name, payload)).toMatchObject({
      type: 'io.nats.jetstream.api.v1.consumer_reset_response',
      error: { code, description: expect.stringMatching(why) },
    });
    expect(await pulled(1, 1)).toEqual([2]);
  });

  test('needs the permission to read', async () => {
    const { front } = await scene();
    await front.services.authenticator.putUser({
      name: 'lim',
      kind: 'application',
      password: 'limited-password',
      allowRead: [],
      allowWrite: ['st'],
    });
    const login = { user: 'lim$1', pass: 'limited-password', name: 'connection-2::lim' };
    const lim = await front.connect(login);
    expect(await lim.requestJson('$JS.API.CONSUMER.RESET.st$1.g', '')).toMatchObject({
      error: { code: 403, description: 'user lim is not allowed to access station st' },
    });
  });

  test('does not move a consumer without acks', async () => {
    const { client, reset } = await scene();
    await client.requestJson('$JS.API.CONSUMER.CREATE.st$1.v', { config: { ack_policy: 'none' } });
    expect(await reset('st$1.v')).toMatchObject({
      error: { code: 501, description: expect.stringMatching(/create another/) },
    });
  });
});
