import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { wsconnect } from '@nats-io/nats-core';
import type { NatsConnection, WsConnectionOptions } from '@nats-io/nats-core';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import WebSocket from 'ws';
import type { ClientOptions } from 'ws';
import { registerRelease, TestAuthority, waitUntil } from '../../support/index.ts';
import { rootPassword, startFront } from '../wire/front.ts';
import type { Front, FrontOptions } from '../wire/front.ts';
import { createStation } from '../wire/stations.ts';

const webSocket = { port: 0, origins: [''], frameBytesMax: 2 * 1024 * 1024 };

function startWithWebSocket(options: FrontOptions = {}): Promise<Front> {
  return startFront({ ...options, limits: { webSocket, ...options.limits } });
}

/** Node 20 has no WebSocket of its own, which the published client would take. */
async function connectBrowser(
  front: Front,
  socketOptions: ClientOptions = {},
  scheme = 'ws',
): Promise<NatsConnection> {
  const options: WsConnectionOptions = {
    servers: `${scheme}://127.0.0.1:${front.webSocketPort}`,
    user: 'root',
    pass: rootPassword,
    reconnect: false,
    wsFactory: (url) =>
      Promise.resolve({
        socket: new WebSocket(url, socketOptions) as unknown as globalThis.WebSocket,
        encrypted: scheme === 'wss',
      }),
  };
  const connection = await wsconnect(options);
  registerRelease(() => connection.close());
  return connection;
}

/** The status with which an upgrade is refused; 101 when it is not. */
async function statusOf(front: Front, path: string, headers: Record<string, string>) {
  const outgoing = request({
    host: '127.0.0.1',
    port: front.webSocketPort,
    path,
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': Buffer.alloc(16).toString('base64'),
      ...headers,
    },
  });
  outgoing.end();
  const answer = await Promise.race([
    once(outgoing, 'response').then(([response]) => response as { statusCode: number }),
    once(outgoing, 'upgrade').then(([response, socket]) => {
      (socket as { destroy(): void }).destroy();
      return response as { statusCode: number };
    }),
  ]);
  outgoing.destroy();
  return answer.statusCode;
}

/** A WebSocket that speaks the protocol by hand. */
async function dialRaw(front: Front) {
  const socket = new WebSocket(`ws://127.0.0.1:${front.webSocketPort}`);
  registerRelease(() => socket.terminate());
  const heard: string[] = [];
  let closeCode: number | undefined;
  socket.on('message', (bytes: Buffer) => heard.push(bytes.toString()));
  socket.on('close', (code) => (closeCode = code));
  socket.on('error', () => undefined);
  await once(socket, 'open');
  return {
    socket,
    text: () => heard.join(''),
    hears: (words: string) =>
      waitUntil(() => heard.join('').includes(words), { what: `to hear ${words}` }),
    closed: () => waitUntil(() => closeCode !== undefined, { what: 'the close' }),
    code: () => closeCode,
  };
}

const login = `CONNECT ${JSON.stringify({ user: 'root', pass: rootPassword, verbose: false, headers: true, no_responders: true })}\r\n`;

describe('NATS over WebSocket', () => {
  test('serves the published client: core messages, requests, and a station', async () => {
    const front = await startWithWebSocket();
    await createStation(await front.connect(), 'st');
    const connection = await connectBrowser(front);
    const heard = connection.subscribe('core', { max: 1 });
    connection.publish('core', 'hello');
    for await (const message of heard) expect(message.string()).toBe('hello');

    const js = jetstream(connection);
    const manager = await jetstreamManager(connection);
    await manager.consumers.add('st$1', { durable_name: 'g', ack_policy: 'explicit' });
    const payload = 'x'.repeat(700_000);
    expect(await js.publish('st$1.final', payload)).toMatchObject({ stream: 'st$1', seq: 1 });
    const consumer = await js.consumers.get('st$1', 'g');
    const message = await consumer.next({ expires: 5_000 });
    expect(message?.string()).toBe(payload);
    expect(await message?.ackAck()).toBe(true);
  });

  test('is the same protocol however its bytes are cut into messages, text ones too', async () => {
    const front = await startWithWebSocket();
    const { socket, hears, text } = await dialRaw(front);
    await hears('INFO {');
    expect(text()).not.toContain('tls_required');
    for (const byte of Buffer.from(login)) socket.send(Buffer.from([byte]));
    socket.send('SUB a 1\r\nPUB a 2\r\nhi\r\nPI');
    socket.send(Buffer.from('NG\r\n'));
    await hears('MSG a 1 2\r\nhi\r\nPONG\r\n');
  });

  test('tells what a client did wrong, and closes', async () => {
    const front = await startWithWebSocket();
    const { socket, hears, closed } = await dialRaw(front);
    socket.send(`${login}NONSENSE\r\n`);
    await hears("-ERR 'Unknown Protocol Operation'");
    await closed();
    await waitUntil(() => front.listener.connectionCount === 0, { what: 'no session' });
  });

  test('ends the session of a client that leaves, politely or not', async () => {
    const front = await startWithWebSocket();
    for (const leave of ['close', 'terminate'] as const) {
      const { socket, hears } = await dialRaw(front);
      socket.send(`${login}PING\r\n`);
      await hears('PONG');
      expect(front.listener.connectionCount).toBe(1);
      socket[leave]();
      await waitUntil(() => front.listener.connectionCount === 0, { what: `a ${leave}` });
    }
  });

  test('closes who sends a larger message than may be, and nobody else', async () => {
    const front = await startWithWebSocket({
      limits: { webSocket: { ...webSocket, frameBytesMax: 10_000 } },
    });
    const other = await dialRaw(front);
    const { socket, closed, code } = await dialRaw(front);
    socket.send(Buffer.alloc(10_001));
    await closed();
    expect(code()).toBe(1009);
    other.socket.send(`${login}PING\r\n`);
    await other.hears('PONG');
  });

  test('closes who connects and asks for nothing', async () => {
    const front = await startWithWebSocket({ limits: { authenticationTimeoutMs: 1000 } });
    const idle = connect({ host: '127.0.0.1', port: front.webSocketPort });
    registerRelease(() => void idle.destroy());
    idle.resume();
    await once(idle, 'close');
    const { closed, text } = await dialRaw(front);
    await closed();
    expect(text()).toContain("-ERR 'Authentication Timeout'");
  });

  test('is closed with the other connections when the broker stops', async () => {
    const front = await startWithWebSocket();
    const { socket, hears, closed } = await dialRaw(front);
    socket.send(`${login}PING\r\n`);
    await hears('PONG');
    await front.listener.drain();
    await closed();
  });

  test('holds a fast reader and a slow one apart', async () => {
    const front = await startWithWebSocket();
    const slow = await dialRaw(front);
    slow.socket.send(`${login}SUB flood 1\r\nPING\r\n`);
    await slow.hears('PONG');
    slow.socket.pause();
    const publisher = await front.connect();
    const payload = 'x'.repeat(100_000);
    for (let count = 0; count < 200; count += 1) publisher.publish('flood', payload);
    await publisher.flush();
    // 20 MB are more than a connection may leave unread: it is cut, the publisher is not.
    await waitUntil(() => front.listener.connectionCount === 1, { what: 'the slow one to be cut' });
    expect(publisher.isClosed).toBe(false);
  });

  test.each<[string, string, Record<string, string>, number]>([
    ['another path', '/other', {}, 404],
    ['a query behind the path', '/?token=1', {}, 101],
    ['a page of the same host', '/', { origin: 'http://127.0.0.1:9000' }, 101],
    ['a page from elsewhere', '/', { origin: 'https://evil.example' }, 403],
    ['a page from a file', '/', { origin: 'null' }, 403],
    ['a program', '/', {}, 101],
  ])('asked for by %s: %s %j', async (_case, path, headers, status) => {
    const front = await startWithWebSocket();
    expect(await statusOf(front, path, headers)).toBe(status);
  });

  test('lets pages in from where it is told to', async () => {
    const origins = ['https://app.example'];
    const front = await startWithWebSocket({ limits: { webSocket: { ...webSocket, origins } } });
    expect(await statusOf(front, '/', { origin: 'https://app.example' })).toBe(101);
    expect(await statusOf(front, '/', { origin: 'https://app.example:444' })).toBe(403);
  });

  test('refuses one connection more than may be, and says so to people', async () => {
    const front = await startWithWebSocket({ limits: { connectionCountMax: 1 } });
    await front.connect();
    expect(await statusOf(front, '/', {})).toBe(503);
    const page = await fetch(`http://127.0.0.1:${front.webSocketPort}/`);
    expect(page.status).toBe(426);
    expect(page.headers.get('connection')).toBe('close'); // such connections are not counted
  });

  test('is encrypted where the broker has TLS', async () => {
    const authority = new TestAuthority('authority');
    const { certificate, key } = authority.sign('server');
    const material = {
      certificate: Buffer.from(certificate),
      key: Buffer.from(key),
      authorities: undefined,
    };
    const source = { material, onChanged: () => undefined };
    const front = await startWithWebSocket({
      limits: { tls: { source, clientCertificates: 'off' } },
    });
    const connection = await connectBrowser(front, { ca: authority.certificate }, 'wss');
    expect(connection.info).not.toHaveProperty('tls_required');
    const answer = connection.subscribe('core', { max: 1 });
    connection.publish('core', 'secret');
    for await (const message of answer) expect(message.string()).toBe('secret');
    await expect(statusOf(front, '/', {})).rejects.toThrow(); // in clear
  });
});
