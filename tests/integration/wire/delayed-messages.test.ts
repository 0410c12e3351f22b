import { ManualTime } from '../../support/manual-time.ts';
import { startFront } from './front.ts';
import { createConsumer, createStation, sdkHeaders } from './stations.ts';

/** Headers as an SDK sends them, with one more. */
const headersWith = (line: string): string => sdkHeaders.replace('\r\n\r\n', `\r\n${line}\r\n\r\n`);

async function scene(settings: object = {}) {
  const time = new ManualTime();
  const front = await startFront({ time });
  const client = await front.connect();
  await createStation(client, 'st', settings);
  await createConsumer(client, 'st', 'g');
  client.subscribe('_INBOX.pull', 'pull');
  const pull = '{"batch":10,"expires":600000000000}';
  client.publish('$JS.API.CONSUMER.MSG.NEXT.st$1.g', pull, { reply: '_INBOX.pull' });
  await client.flush();
  const texts = (): readonly string[] =>
    client.messages('pull').flatMap(({ payload }) => (payload === '' ? [] : [payload]));
  const api = (request: string, payload: object | string) =>
    client.requestJson(`$JS.API.${request}`, payload);
  return { front, time, client, texts, api };
}

describe('a message with a delay', () => {
  test.each(['delay: 20s', 'Delay:20000ms', 'DELIVER-AT'])(
    'is acknowledged at once and delivered when its time has come (%s)',
    async (header) => {
      const { time, client, texts } = await scene();
      const atMs = time.wallMs() + 20_000;
      const line = header.includes(':') ? header : `${header}: ${new Date(atMs).toISOString()}`;
      const ack = await client.request('st$1.final', 'later', headersWith(line));
      expect(ack.payload).toBe('{"stream":"st$1","seq":1}');
      await client.request('st$1.final', 'now', sdkHeaders);
      await client.received('pull', 1);
      await time.advance(19_000);
      await client.flush();
      expect(texts()).toEqual(['now']);
      await time.advance(1_000);
      await client.received('pull', 2);
      expect(texts()).toEqual(['now', 'later']);
    },
  );

  test.each([
    ['delay: soon', /delay is "soon" and has to be a whole number with ms, s, m, h or d/],
    ['deliver-at: noon', /deliver-at is "noon" and has to be a time with its zone/],
    ['delay: 400d', /more than 366 days/],
    ['delay: 2h', /station st would not keep it until it is to be delivered/],
    ['delay: 1s\r\nDelay: 2s', /one deliver-at or delay header/],
  ])('is refused with the reason where it makes no sense (%j)', async (line, why) => {
    const { client, texts } = await scene({
      retention_type: 'message_age_sec',
      retention_value: 3600,
    });
    const ack = await client.request('st$1.final', 'later', headersWith(line));
    expect(JSON.parse(ack.payload)).toMatchObject({
      seq: 0,
      error: { code: 400, description: expect.stringMatching(why) },
    });
    await client.request('st$1.final', 'now', headersWith('delays: 1s'));
    await client.received('pull', 1);
    expect(texts()).toEqual(['now']);
  });

  test('is refused beyond what a partition holds of them, and one without a delay is not', async () => {
    const { client } = await scene();
    for (let count = 0; count < 20; count += 1) {
      await client.request('st$1.final', 'later', headersWith('delay: 1m'));
    }
    const ack = await client.request('st$1.final', 'later', headersWith('delay: 1m'));
    expect(JSON.parse(ack.payload)).toMatchObject({
      seq: 0,
      error: {
        code: 500,
        err_code: 10077,
        description: expect.stringMatching(
          /holds as many delayed messages as it may, 20 that wait/,
        ),
      },
    });
    const now = await client.request('st$1.final', 'now', sdkHeaders);
    expect(now.payload).toBe('{"stream":"st$1","seq":21}');
  });
});

describe('STREAM.MSG.DELETE', () => {
  const done = { type: 'io.nats.jetstream.api.v1.stream_msg_delete_response', success: true };
  const refusal = (code: number, err_code: number, text: RegExp): object => ({
    type: done.type,
    error: { code, err_code, description: expect.stringMatching(text) },
  });

  test('takes a message back that waits for its time, as often as it is asked to', async () => {
    const { time, client, texts, api } = await scene();
    await client.request('st$1.final', 'later', headersWith('delay: 20s'));
    await client.request('st$1.final', 'even later', headersWith('delay: 30s'));
    expect(await api('STREAM.MSG.DELETE.st$1', { seq: 1 })).toEqual(done);
    expect(await api('STREAM.MSG.DELETE.st$1', { seq: 1, no_erase: true })).toEqual(done);
    expect(await api('STREAM.MSG.GET.st$1', { seq: 1 })).toMatchObject({
      error: { code: 404, err_code: 10037, description: 'no message found' },
    });
    expect(await api('STREAM.MSG.GET.st$1', { next_by_subj: 'st$1.final' })).toMatchObject({
      message: { seq: 2 },
    });
    await time.advance(40_000);
    await client.received('pull', 1);
    expect(texts()).toEqual(['even later']);
  });

  test('takes nothing back whose time has come, or that never waited', async () => {
    const { time, client, texts, api } = await scene();
    await client.request('st$1.final', 'later', headersWith('delay: 20s'));
    await client.request('st$1.final', 'now', sdkHeaders);
    await time.advance(20_000);
    await client.received('pull', 2);
    for (const seq of [1, 2]) {
      expect(await api('STREAM.MSG.DELETE.st$1', { seq })).toEqual(
        refusal(400, 10057, /^Message \d of station st can not be cancelled: it does not wait/),
      );
      expect(await api('STREAM.MSG.GET.st$1', { seq })).toMatchObject({ message: { seq } });
    }
    expect(texts()).toEqual(['now', 'later']);
  });

  test('says what is wrong with a request, as a NATS server does', async () => {
    const { api } = await scene();
    const cases: [string, object | string, object][] = [
      ['st$1', { seq: 7 }, refusal(400, 10043, /^sequence 7 not found$/)],
      ['st$1', {}, refusal(400, 10003, /seq has to be the sequence of a message/)],
      ['st$1', '', refusal(400, 10003, /seq has to be the sequence of a message/)],
      ['st$1', { seq: -1 }, refusal(400, 10003, /seq has to be the sequence of a message/)],
      ['st$1', { seq: 1.5 }, refusal(400, 10025, /seq has to be a whole number/)],
      ['st$1', '[]', refusal(400, 10025, /JSON object/)],
      ['st$2', { seq: 1 }, refusal(404, 10059, /^stream not found$/)],
      ['none$1', { seq: 1 }, refusal(404, 10059, /^stream not found$/)],
    ];
    for (const [stream, payload, answer] of cases) {
      expect(await api(`STREAM.MSG.DELETE.${stream}`, payload)).toEqual(answer);
    }
  });

  test('is for those who may write to the station', async () => {
    const { front, client, api } = await scene();
    await client.request('st$1.final', 'later', headersWith('delay: 20s'));
    const user = { kind: 'application', password: 'some-password-1' } as const;
    const { authenticator } = front.services;
    await authenticator.putUser({ ...user, name: 'reader', allowRead: ['*'], allowWrite: [] });
    await authenticator.putUser({ ...user, name: 'writer', allowRead: [], allowWrite: ['*'] });
    const answerTo = async (name: string) => {
      const own = await front.connect({
        user: `${name}$1`,
        pass: user.password,
        name: `c::${name}`,
      });
      return own.requestJson('$JS.API.STREAM.MSG.DELETE.st$1', { seq: 1 });
    };
    expect(await answerTo('reader')).toEqual(refusal(403, 10003, /reader is not allowed/));
    expect(await api('STREAM.MSG.GET.st$1', { seq: 1 })).toMatchObject({ message: { seq: 1 } });
    expect(await answerTo('writer')).toEqual(done);
  });
});
