import { waitUntil } from '../../support/index.ts';
import { rootPassword, startFront } from './front.ts';

const connectionName = '6f1c3c0e-0a3b-4f6e-9d52-0e1b1f7a0001::root';

describe('a new connection', () => {
  test('is greeted with an INFO that every client accepts', async () => {
    const front = await startFront();
    const client = await front.dial();
    await waitUntil(() => client.frames.length > 0, { what: 'INFO' });

    expect(client.lines[0]).toMatch(/^INFO \{/);
    expect(client.info).toEqual({
      server_id: expect.stringMatching(/^[0-9A-F]{32}$/),
      server_name: 'front-of-a-test',
      version: '2.10.7',
      proto: 1,
      go: expect.any(String),
      host: '127.0.0.1',
      port: front.port,
      headers: true,
      auth_required: true,
      max_payload: 1_048_576,
      jetstream: true,
      client_id: 1,
      client_ip: expect.stringContaining('127.0.0.1'),
    });
  });

  test('hears nothing between INFO and the PONG behind its CONNECT', async () => {
    const front = await startFront();
    const client = await front.connect({ name: connectionName });
    expect(client.lines.slice(1)).toEqual(['PONG']);
  });

  test.each([
    ['a native client', { user: 'root$1', name: connectionName }],
    ['a bare user name', { user: 'root', name: connectionName }],
    ['a plain client without a name', { user: 'root$1' }],
    ['a plain client with an empty name', { user: 'root$1', name: '' }],
    ['a plain client with a name of its own', { user: 'root$1', name: 'my plain client' }],
    ['a connection id that is no UUID', { user: 'root$1', name: 'not-a-uuid::root' }],
    ['an empty connection id', { user: 'root$1', name: '::root' }],
  ])('is accepted: %s', async (_, fields) => {
    const front = await startFront();
    const client = await front.connect(fields);
    expect(client.lines.slice(1)).toEqual(['PONG']);
  });

  test.each([
    ['a wrong password', { user: 'root$1', pass: 'wrong-password', name: connectionName }],
    ['an unknown user', { user: 'ghost$1', name: '1::ghost' }],
    ['another account', { user: 'root$2', name: connectionName }],
    ['another case', { user: 'ROOT$1', name: '1::ROOT' }],
    ['a token', { user: undefined, pass: undefined, auth_token: 'token', name: connectionName }],
    ['no credentials', { user: undefined, pass: undefined, name: connectionName }],
    ['a name with two separators', { user: 'root$1', name: `${connectionName}::x` }],
    ['a name that claims another user', { user: 'root$1', name: '1::ghost' }],
  ])('is refused with the words that SDKs look for: %s', async (_, fields) => {
    const front = await startFront();
    const client = await front.dial();
    await client.connect({ pass: rootPassword, ...fields });
    await client.closed();
    expect(client.lines.slice(1)).toEqual(["-ERR 'Authorization Violation'"]);
  });

  test('is refused when it says anything before CONNECT', async () => {
    const front = await startFront();
    for (const words of [
      'PING\r\n',
      'PUB a 2\r\nhi\r\n',
      'SUB a 1\r\n',
      'GET / HTTP/1.1\r\n\r\n',
    ]) {
      const client = await front.dial();
      client.send(words);
      await client.closed();
      expect(client.lines.slice(1)).toEqual(["-ERR 'Authorization Violation'"]);
    }
  });

  test('is closed without a word when its CONNECT is broken', async () => {
    const front = await startFront();
    for (const json of ['{bad', '[]', '"text"', '{"user":5}', '{"verbose":"yes"}']) {
      const client = await front.dial();
      client.send(`CONNECT ${json}\r\n`);
      await client.closed();
      expect(client.lines.slice(1)).toEqual([]);
    }
  });

  test('is told so when it has not said who it is in time', async () => {
    const front = await startFront({ limits: { authenticationTimeoutMs: 50 } });
    const client = await front.dial();
    await client.closed();
    expect(client.lines.slice(1)).toEqual(["-ERR 'Authentication Timeout'"]);
  });

  test('is told so and closed when there are as many as may be', async () => {
    const front = await startFront({ limits: { connectionCountMax: 1 } });
    const first = await front.connect();
    const second = await front.dial();
    await second.closed();
    expect(second.lines).toEqual([
      expect.stringMatching(/^INFO /),
      "-ERR 'maximum connections exceeded'",
    ]);
    await first.flush();
    expect(first.isClosed).toBe(false);
  });

  test('gets +OK for each command when it is verbose, which a missing field means', async () => {
    const front = await startFront();
    const client = await front.connect({ verbose: undefined });
    client.send('SUB a 1\r\nPUB b 2\r\nhi\r\nUNSUB 1\r\n');
    await client.flush();
    expect(client.lines.slice(1)).toEqual(['+OK', 'PONG', '+OK', '+OK', '+OK', 'PONG']);
  });
});

describe('an open connection', () => {
  test('is closed, and no other with it, after each kind of malformed input', async () => {
    const front = await startFront();
    const bystander = await front.connect();
    const cases: [string, string[]][] = [
      ['FOO bar\r\n', ["-ERR 'Unknown Protocol Operation'"]],
      [`SUB ${'a'.repeat(5000)} 1\r\n`, ["-ERR 'maximum control line exceeded'"]],
      ['SUB bad..subject 1\r\n', ["-ERR 'Invalid Subject'"]],
      ['PUB a 1048577\r\n', ["-ERR 'Maximum Payload Violation'"]],
      ['PUB a b c d 2\r\nhi\r\n', []],
    ];
    for (const [words, expected] of cases) {
      const client = await front.connect();
      client.send(words);
      await client.closed();
      expect(client.lines.slice(2)).toEqual(expected);
    }
    await bystander.flush();
    expect(bystander.isClosed).toBe(false);
  });

  test('is told why even while it is in the middle of sending a payload that is too large', async () => {
    const front = await startFront();
    const client = await front.connect();
    client.publish('a', Buffer.alloc(4 * 1024 * 1024));
    await client.closed();
    expect(client.lines.slice(2)).toEqual(["-ERR 'Maximum Payload Violation'"]);
  });

  test('takes a payload of exactly the largest size', async () => {
    const front = await startFront();
    const client = await front.connect();
    client.subscribe('big', '1');
    client.publish('big', Buffer.alloc(1024 * 1024, 'x'));
    const [message] = await client.received('1', 1);
    expect(message?.payload.length).toBe(1024 * 1024);
  });

  test('is closed when it sends headers that it has not announced', async () => {
    const front = await startFront();
    const client = await front.connect({ headers: false });
    client.publish('a', 'x', { headers: 'NATS/1.0\r\n\r\n' });
    await client.closed();
    expect(client.lines.slice(2)).toEqual([]);
  });

  test('is closed without a word when it no longer answers pings', async () => {
    const front = await startFront({ limits: { pingIntervalMs: 30 } });
    const client = await front.connect();
    await client.closed();
    expect(client.lines.slice(2)).toEqual(['PING', 'PING']);
    expect(front.log.some(({ message }) => message.includes('does not answer pings'))).toBe(true);
  });

  test('stays open as long as it answers pings', async () => {
    const front = await startFront({ limits: { pingIntervalMs: 20 } });
    const client = await front.connect();
    client.socket.on('data', (chunk) => {
      if (chunk.toString().includes('PING')) client.send('PONG\r\n');
    });
    await waitUntil(() => client.lines.filter((line) => line === 'PING').length >= 6);
    expect(client.isClosed).toBe(false);
  });

  test('is closed without a word when its user is removed', async () => {
    const front = await startFront();
    const { authenticator } = front.services;
    await authenticator.putUser({ name: 'app', kind: 'application', password: 'app-password' });
    const client = await front.connect({ user: 'app$1', pass: 'app-password', name: '1::app' });
    const root = await front.connect();
    await authenticator.deleteUser('app');
    await client.closed();
    expect(client.lines.slice(2)).toEqual([]);
    await root.flush();
    expect(root.isClosed).toBe(false);
  });

  test('counts as present once, however many sockets carry its connection id', async () => {
    const front = await startFront();
    const opened = jest.spyOn(front.services.membership, 'connectionOpened');
    const closed = jest.spyOn(front.services.membership, 'connectionClosed');
    const ping = await front.connect({ name: connectionName });
    const real = await front.connect({ name: connectionName });
    ping.close();
    await waitUntil(() => closed.mock.calls.length === 1);
    real.close();
    await waitUntil(() => closed.mock.calls.length === 2);
    const id = connectionName.split('::')[0];
    expect(opened.mock.calls).toEqual([[id], [id]]);
    expect(closed.mock.calls).toEqual([[id], [id]]);
  });
});

describe('a draining listener', () => {
  test('closes every socket without -ERR and takes no new one', async () => {
    const front = await startFront();
    const open = await front.connect();
    const greeting = await front.dial();
    await front.listener.drain();
    await open.closed();
    await greeting.closed();
    expect(open.lines.slice(2)).toEqual([]);
    await expect(front.dial()).rejects.toThrow(/ECONNREFUSED/);
  });

  test('says which address is taken', async () => {
    const front = await startFront();
    await expect(startFront({ limits: { port: front.port } })).rejects.toMatchObject({
      code: 'ADDRESS_IN_USE',
      details: { host: '127.0.0.1', port: front.port },
    });
  });
});
