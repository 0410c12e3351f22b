import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import { connect } from '@nats-io/transport-node';
import type { TlsMaterial } from '../../../broker/src/foundation/index.ts';
import type { NatsOptions } from '../../../broker/src/protocols/nats/index.ts';
import { registerRelease, TestAuthority, waitUntil } from '../../support/index.ts';
import type { Certificate } from '../../support/index.ts';
import { rootPassword, startFront } from '../wire/front.ts';
import type { Front } from '../wire/front.ts';
import { RawClient } from '../wire/raw-client.ts';
import { createStation, produce } from '../wire/stations.ts';

const authority = new TestAuthority('authority of the test');
const stranger = new TestAuthority('somebody else');
const server = authority.sign('server');
const laterServer = authority.sign('later server');

/** Files that a test replaces, without files. */
class HandedTls {
  material: TlsMaterial;
  readonly #listeners: ((material: TlsMaterial) => void)[] = [];

  constructor(certificate: Certificate) {
    this.material = materialOf(certificate);
  }

  onChanged(listener: (material: TlsMaterial) => void): void {
    this.#listeners.push(listener);
  }

  replace(certificate: Certificate): void {
    this.material = materialOf(certificate);
    for (const listener of this.#listeners) listener(this.material);
  }
}

function materialOf({ certificate, key }: Certificate): TlsMaterial {
  return {
    certificate: Buffer.from(certificate),
    key: Buffer.from(key),
    authorities: Buffer.from(authority.certificate),
  };
}

type ClientCertificates = NonNullable<NatsOptions['tls']>['clientCertificates'];

async function startEncrypted(
  clientCertificates: ClientCertificates = 'off',
  limits: Partial<NatsOptions> = {},
): Promise<{ front: Front; source: HandedTls }> {
  const source = new HandedTls(server);
  const front = await startFront({ limits: { tls: { source, clientCertificates }, ...limits } });
  return { front, source };
}

/** INFO in clear, then the handshake, by hand. */
async function upgraded(
  front: Front,
  options: ConnectionOptions = {},
): Promise<{ info: Record<string, unknown>; socket: TLSSocket }> {
  const plain = connectTcp({ host: '127.0.0.1', port: front.port });
  registerRelease(() => void plain.destroy());
  plain.on('error', () => undefined);
  const [chunk] = (await once(plain, 'data')) as [Buffer];
  const info = JSON.parse(chunk.toString().slice('INFO '.length)) as Record<string, unknown>;
  plain.removeAllListeners('data');
  const socket = connectTls({ socket: plain, ca: authority.certificate, ...options });
  return { info, socket };
}

async function secureClient(front: Front, options?: ConnectionOptions): Promise<RawClient> {
  const { socket } = await upgraded(front, options);
  await once(socket, 'secureConnect');
  const client = new RawClient(socket);
  await client.connect({ user: 'root', pass: rootPassword });
  return client;
}

/** Whether the server lets a client with these options in. */
async function isLetIn(front: Front, options: ConnectionOptions): Promise<boolean> {
  const { socket } = await upgraded(front, options);
  const client = new RawClient(socket);
  client.send(
    `CONNECT ${JSON.stringify({ user: 'root', pass: rootPassword, verbose: false })}\r\nPING\r\n`,
  );
  await client.until(() => client.isClosed || client.lines.includes('PONG'), 'an answer');
  return !client.isClosed;
}

describe('a broker with TLS', () => {
  test('says in clear that TLS is required, and everything else encrypted', async () => {
    const { front } = await startEncrypted();
    const { info } = await upgraded(front);
    expect(info).toMatchObject({ tls_required: true });
    expect(info).not.toHaveProperty('tls_verify');
    expect(info).not.toHaveProperty('tls_available');
    const client = await secureClient(front);
    expect(client.lines).toEqual(['PONG']);
    await createStation(client, 's');
    await produce(client, 's$1', ['a', 'x'.repeat(500_000)]);
    expect(await client.requestJson('$JS.API.STREAM.INFO.s$1')).toMatchObject({
      state: { messages: 2 },
    });
  });

  test('serves the published client', async () => {
    const { front } = await startEncrypted();
    const connection = await connect({
      servers: `localhost:${front.port}`,
      user: 'root',
      pass: rootPassword,
      tls: { ca: authority.certificate },
    });
    registerRelease(() => connection.close());
    const subscription = connection.subscribe('greeting', { max: 1 });
    connection.publish('greeting', 'hello');
    for await (const message of subscription) expect(message.string()).toBe('hello');
  });

  test('closes who goes on in clear, and who does nothing', async () => {
    const { front } = await startEncrypted('off', { authenticationTimeoutMs: 300 });
    const clear = await front.dial();
    clear.send('CONNECT {}\r\nPING\r\n');
    const idle = await front.dial();
    await Promise.all([clear.closed(), idle.closed()]);
    for (const { lines } of [clear, idle]) expect(lines.slice(1)).toEqual([]);
    await waitUntil(() => front.listener.connectionCount === 0, { what: 'no connection' });
  });

  test('closes without a word in clear whoever is one too many', async () => {
    const { front } = await startEncrypted('off', { connectionCountMax: 1 });
    const first = await secureClient(front);
    const second = await front.dial();
    await second.closed();
    expect(second.lines).toEqual([]);
    await first.flush();
    expect(first.isClosed).toBe(false);
  });

  test('shows new connections a new certificate and keeps the ones it has', async () => {
    const { front, source } = await startEncrypted();
    const before = await secureClient(front);
    source.replace(laterServer);
    const { socket } = await upgraded(front);
    await once(socket, 'secureConnect');
    expect(socket.getPeerCertificate().subject.CN).toBe('later server');
    await before.flush();
    expect(before.isClosed).toBe(false);
  });

  test('ends while connections are in the middle of a handshake', async () => {
    const { front } = await startEncrypted();
    const idle = await front.dial();
    await idle.until(() => idle.lines.length > 0, 'INFO');
    await front.listener.drain();
    await idle.closed();
  });
});

describe('the certificate of a client', () => {
  const trusted = authority.sign('client');
  const untrusted = stranger.sign('client');
  const shown = ({ certificate, key }: Certificate) => ({ cert: certificate, key });

  test.each<[ClientCertificates, boolean, boolean, boolean]>([
    ['off', true, true, true],
    ['optional', true, true, false],
    ['required', true, false, false],
  ])('where it is %s', async (clientCertificates, whenTrusted, whenNone, whenUntrusted) => {
    const { front } = await startEncrypted(clientCertificates);
    expect({
      trusted: await isLetIn(front, shown(trusted)),
      none: await isLetIn(front, {}),
      untrusted: await isLetIn(front, shown(untrusted)),
    }).toEqual({ trusted: whenTrusted, none: whenNone, untrusted: whenUntrusted });
    const openCount = [whenTrusted, whenNone, whenUntrusted].filter(Boolean).length;
    await waitUntil(() => front.listener.connectionCount === openCount, {
      what: 'the refused to go',
    });
  });

  test('is announced where it is required', async () => {
    const { front } = await startEncrypted('required');
    const { info } = await upgraded(front, shown(trusted));
    expect(info).toMatchObject({ tls_required: true, tls_verify: true });
  });
});
