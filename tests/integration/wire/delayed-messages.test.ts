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
  return { time, client, texts };
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
});
