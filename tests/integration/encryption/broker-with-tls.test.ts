import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { connect } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import { createMemphisInstance } from 'memphis-dev';
import type { Message } from 'memphis-dev';
import {
  registerRelease,
  startBroker,
  tempDir,
  TestAuthority,
  waitUntil,
} from '../../support/index.ts';
import type { BrokerProcess, Certificate } from '../../support/index.ts';

// The built broker as a process, its TLS files on disk.

jest.setTimeout(60_000);

const authority = new TestAuthority('authority of the test');

interface TlsBroker {
  readonly broker: BrokerProcess;
  readonly paths: { readonly certificate: string; readonly key: string };
}

async function startEncrypted(env: Record<string, string> = {}): Promise<TlsBroker> {
  const directory = tempDir();
  const paths = { certificate: join(directory, 'tls.crt'), key: join(directory, 'tls.key') };
  put(authority.sign('before'), paths);
  const broker = await startBroker({
    env: { THEBES_TLS_CERT_FILE: paths.certificate, THEBES_TLS_KEY_FILE: paths.key, ...env },
  });
  return { broker, paths };
}

function put({ certificateFile, keyFile }: Certificate, paths: TlsBroker['paths']): void {
  copyFileSync(certificateFile, paths.certificate);
  copyFileSync(keyFile, paths.key);
}

async function connectPlain(broker: BrokerProcess): Promise<NatsConnection> {
  const connection = await connect({
    servers: `localhost:${broker.clientPort}`,
    user: 'root',
    pass: broker.rootPassword,
    tls: { ca: authority.certificate },
    reconnect: false,
  });
  registerRelease(() => connection.close());
  return connection;
}

/** The name in the certificate on the port for WebSocket, where TLS comes first. */
function shownName(broker: BrokerProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTls(
      { host: '127.0.0.1', port: broker.webSocketPort, ca: authority.certificate },
      () => {
        resolve(String(socket.getPeerCertificate().subject.CN));
        socket.destroy();
      },
    );
    socket.on('error', reject);
  });
}

test('an unmodified Memphis SDK produces and consumes, with a client certificate', async () => {
  const { broker } = await startEncrypted({
    THEBES_TLS_CA_FILE: authority.file,
    THEBES_TLS_CLIENT_CERTIFICATES: 'required',
  });
  const { certificateFile, keyFile } = authority.sign('client');
  const memphis = await createMemphisInstance().connect({
    host: '127.0.0.1',
    port: broker.clientPort,
    username: 'root',
    password: broker.rootPassword,
    certFile: certificateFile,
    keyFile,
    caFile: authority.file,
    timeoutMs: 5000,
    suppressLogs: true,
  });
  registerRelease(() => memphis.close());
  const producer = await memphis.producer({ stationName: 'secret', producerName: 'p' });
  const consumer = await memphis.consumer({ stationName: 'secret', consumerName: 'c' });
  await producer.produce({ message: Buffer.from('hello') });
  const messages: Message[] = [];
  await waitUntil(
    async () => {
      messages.push(...(await consumer.fetch({ batchSize: 1 })));
      return messages.length > 0;
    },
    { what: 'the message' },
  );
  expect(Buffer.from(messages[0]?.getData() ?? '').toString()).toBe('hello');
});

test('a certificate that is renewed is shown to new connections, and open ones stay', async () => {
  const { broker, paths } = await startEncrypted();
  const before = await connectPlain(broker);
  expect(await shownName(broker)).toBe('before');

  // Halfway through a renewal the two files do not fit together: the old ones stay in use.
  const after = authority.sign('after');
  copyFileSync(after.certificateFile, paths.certificate);
  await waitUntil(() => broker.log.some(({ event }) => event === 'tls-files-unusable'), {
    what: 'the broker to look at the files',
    timeoutMs: 30_000,
  });
  expect(await shownName(broker)).toBe('before');

  put(after, paths);
  await waitUntil(() => broker.log.some(({ event }) => event === 'tls-files-taken'), {
    what: 'the broker to take the files',
    timeoutMs: 30_000,
  });
  expect(await shownName(broker)).toBe('after');
  await connectPlain(broker);
  await before.flush();
  expect(before.isClosed()).toBe(false);
});
