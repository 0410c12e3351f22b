import { waitUntil } from '../support/index.ts';
import { onEach, onWire } from './harness/scene.ts';
import type { Scene } from './harness/scene.ts';
import { fetchUntil } from './harness/fetch-until.ts';

onEach(['node', 'python', 'go'], (scene) => {
  test('1: connects with the right password: the socket that only tries it closes, the second stays', async () => {
    const before = scene.tap.sockets.length;
    const client = await scene.connect();
    const [trial, real, ...more] = scene.tap.sockets.slice(before);
    expect(more).toEqual([]);
    await waitUntil(() => trial?.isOpen === false, { what: 'the trial socket to close' });
    expect(real?.isOpen).toBe(true);
    expect(await client.isConnected()).toBe(true);
  });

  test('3: shows Authorization Violation for a wrong password, after one more try with the bare name', async () => {
    const before = scene.tap.sockets.length;
    await expect(scene.connect({ password: 'wrong' })).rejects.toThrow(/authorization violation/i);
    const sockets = scene.tap.sockets.slice(before);
    const users = sockets
      .flatMap(({ sent }) => sent)
      .filter(({ line }) => line.startsWith('CONNECT '))
      .map(({ line }) => (JSON.parse(line.slice('CONNECT '.length)) as { user: string }).user);
    expect(users).toEqual(['root$1', 'root']);
    await waitUntil(() => sockets.every(({ isOpen }) => !isOpen), { what: 'both to be closed' });
    const errors = sockets.map(({ received }) => received.find(({ line }) => /^-ERR/.test(line)));
    expect(errors.map((frame) => frame?.line)).toEqual([
      "-ERR 'Authorization Violation'",
      "-ERR 'Authorization Violation'",
    ]);
  });

  test('7: keeps its members active when another socket of the same connection closes', async () => {
    const before = scene.tap.sockets.length;
    const one = await scene.connect();
    const connect = scene.tap.sentLines(before).findLast((line) => line.startsWith('CONNECT '));
    const { name } = JSON.parse(connect?.slice('CONNECT '.length) ?? '') as { name: string };
    await one.consumer('presence', 'first', { group: 'team' });
    const other = await scene.connect();
    await other.consumer('presence', 'second', { group: 'team' });

    const twin = await scene.observe({ name });
    twin.close();
    await twin.closed();
    await waitUntil(
      async () => {
        await other.destroyConsumer('presence', 'second');
        return true;
      },
      { what: 'the second member to leave' },
    );
    expect(await scene.groupInfo('presence$1', 'team')).toBeDefined();
  });

  test('8: is answered PONG to its PING', async () => {
    const [socket] = scene.tap.sockets;
    await waitUntil(() => linesOf(socket?.sent).includes('PING'));
    await waitUntil(() => linesOf(socket?.received).includes('PONG'));
    // Nothing came between the two: SDKs take the first line behind INFO for the answer.
    expect(linesOf(socket?.received).slice(1, 2)).toEqual(['PONG']);
  });
});

onEach(['node', 'python'], (scene) => {
  test('8: is answered PONG to a PING later on', async () => {
    await expect(scene.client.flush()).resolves.not.toThrow();
  });

  test('11: is answered 503 at once when nobody listens', async () => {
    await expect(scene.client.request('nobody.listens')).rejects.toThrow(
      /503|no ?responders|no response/i,
    );
    expect(noResponders(scene)).toMatchObject({ headers: 'NATS/1.0 503\r\n\r\n', payload: '' });
  });
});

onEach(['go'], (scene) => {
  // The SDK lets nobody at its connection; a publish to what is gone is such a request.
  test('11: is answered 503 at once when nobody stores', async () => {
    await scene.client.station('nobody');
    await scene.client.producer('nobody');
    await scene.client.destroyStation('nobody');
    await expect(scene.client.produce('nobody', 'x')).rejects.toThrow(/no responders/);
    expect(noResponders(scene)).toMatchObject({ headers: 'NATS/1.0 503\r\n\r\n', payload: '' });
  });
});

onEach(['node'], (scene) => {
  test('9: reads a version that lets it fetch', async () => {
    const info = scene.tap.sockets[0]?.received[0]?.line ?? '';
    const { version } = JSON.parse(info.slice('INFO '.length)) as { version: string };
    const [, major, minor, patch] = /^(\d+)\.(\d+)\.(\d+)$/.exec(version)?.map(Number) ?? [];
    const number = Number(major) * 1e6 + Number(minor) * 1e3 + Number(patch);
    expect(number).toBeGreaterThanOrEqual(2_009_004);
    await scene.client.producer('version');
    await scene.client.produce('version', 'x');
    await scene.client.consumer('version', 'g');
    expect(await fetchUntil(scene.client, 'version', 'g', 1)).toHaveLength(1);
  });
});

onWire((scene) => {
  test('4: accepts `root` without the account', async () => {
    const client = await scene.dial();
    await client.connect({ user: 'root', pass: scene.broker.rootPassword });
    expect(client.lines.at(-1)).toBe('PONG');
    expect(client.isClosed).toBe(false);
  });

  test('10: ignores an unknown sid and reads doubled blanks', async () => {
    const client = await scene.connect();
    client.send('UNSUB 999\r\nUNSUB 7 \r\nSUB a  1\r\nPUB a  5\r\nhello\r\n');
    const [message] = await client.received('1', 1);
    expect(message?.payload).toBe('hello');
    await client.flush();
    expect(client.lines.filter((line) => line.startsWith('-ERR'))).toEqual([]);
  });
});

function linesOf(frames: readonly { readonly line: string }[] = []): string[] {
  return frames.map(({ line }) => line);
}

/** The last status that says that nobody listens. */
function noResponders({ tap }: Scene): object | undefined {
  return tap.sockets
    .flatMap(({ received }) => received)
    .findLast(({ headers }) => headers.startsWith('NATS/1.0 503'));
}
