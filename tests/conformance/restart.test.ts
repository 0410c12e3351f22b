import { waitUntil } from '../support/index.ts';
import { fetchUntil } from './harness/fetch-until.ts';
import { onEach } from './harness/scene.ts';
import type { TappedSocket } from './harness/wire-tap.ts';

/** What an SDK subscribes once and needs for as long as it lives. */
const lastingSubscription = /^SUB \$memphis_(sdk_clients_updates|schema_updates|dls)/;

onEach(['node', 'python', 'go'], (scene) => {
  test('6: goes on after a restart of the broker without creating anything', async () => {
    const { client, broker, tap } = scene;
    await client.producer('survivor');
    await client.consumer('survivor', 'g');
    await client.produce('survivor', 'before');
    const [first] = await fetchUntil(client, 'survivor', 'g', 1);
    await first?.ack();
    const before = tap.sockets.length;
    const sentBefore = tap.sockets[1]?.sent.map(({ line }) => line) ?? []; // of scene.client
    await broker.restart();
    await waitUntil(() => isAnswered(tap.sockets.at(-1)), {
      what: 'the SDK to connect again',
      timeoutMs: 30_000,
    });
    await waitUntil(() => inTime(client.produce('survivor', 'after')), {
      what: 'a publish to work again',
      timeoutMs: 30_000,
    });
    // The answer to a publish may be lost and the publish be tried again.
    const texts = (await fetchUntil(client, 'survivor', 'g', 1)).map(({ text }) => text);
    expect(new Set(texts)).toEqual(new Set(['after']));
    const lines = tap.sentLines(before);
    expect(lines.filter((line) => /\$memphis_\w+_creations/.test(line))).toEqual([]);
    const subscriptions = sentBefore.filter((line) => lastingSubscription.test(line));
    expect(subscriptions.length).toBeGreaterThan(1);
    expect(lines).toEqual(expect.arrayContaining(subscriptions));
  });
});

function isAnswered(socket: TappedSocket | undefined): boolean {
  const answers = socket?.received.filter(({ line }) => line === 'PONG').length ?? 0;
  const asked = socket?.sent.filter(({ line }) => line === 'PING').length ?? 0;
  return socket?.isOpen === true && answers > 0 && answers === asked;
}

/** The Go SDK waits for ever for the answer to what it publishes around a reconnect, so it has to be asked again. */
function inTime(produced: Promise<void>): Promise<true> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('No answer in time')), 5000);
    produced.then(() => resolve(true), reject).finally(() => clearTimeout(timer));
  });
}
