import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startBroker, TestAuthority } from '../support/index.ts';
import { fetchUntil, texts } from './harness/fetch-until.ts';
import { SdkClient } from './harness/sdk-client.ts';
import { SdkProgram } from './harness/sdk-program.ts';
import { sdksOf } from './harness/sdks.ts';
import { WireTap } from './harness/wire-tap.ts';

for (const { title, column, command } of sdksOf(['node', 'python', 'go'])) {
  describe(title, () => {
    test('2: connects with the connection token of the installation', async () => {
      const broker = await startBroker({ env: { THEBES_CLIENT_LOGIN: 'token' } });
      const token = readFileSync(join(broker.dataDir, 'connection-token'), 'utf8').trim();
      const tap = await WireTap.open(() => broker.clientPort);
      const program = SdkProgram.start(command);
      const sdk = await SdkClient.connect(program, 'by token', { port: tap.port, token });
      await sdk.station('by-token');
      // Node tries the token on a socket of its own first.
      expect(tap.sockets).toHaveLength(column === 'node' ? 2 : 1);
      // The SDK for Python tries a wrong token again and again, for ever.
      if (column === 'python') return;
      const wrong = SdkClient.connect(program, 'wrong', { port: tap.port, token: 'wrong' });
      await expect(wrong).rejects.toThrow(/authorization violation/i);
    });

    test('5: connects by TLS, shows its certificate, produces and consumes', async () => {
      const authority = new TestAuthority('authority of the test');
      const server = authority.sign('broker');
      const client = authority.sign('application');
      // The SDK for Python copies its options, which TLS does not allow, unless it has a token (wire-protocol.md 1.6).
      const byToken = column === 'python';
      const broker = await startBroker({
        env: {
          THEBES_TLS_CERT_FILE: server.certificateFile,
          THEBES_TLS_KEY_FILE: server.keyFile,
          THEBES_TLS_CA_FILE: authority.file,
          THEBES_TLS_CLIENT_CERTIFICATES: 'required',
          THEBES_CLIENT_LOGIN: byToken ? 'token' : 'password',
        },
      });
      const token = (): string =>
        readFileSync(join(broker.dataDir, 'connection-token'), 'utf8').trim();
      const sdk = await SdkClient.connect(SdkProgram.start(command), 'encrypted', {
        port: broker.clientPort,
        ...(byToken ? { token: token() } : { password: broker.rootPassword }),
        tls: { key: client.keyFile, cert: client.certificateFile, ca: authority.file },
      });
      await sdk.producer('secret');
      await sdk.produce('secret', 'whisper');
      await sdk.consumer('secret', 'g');
      expect(texts(await fetchUntil(sdk, 'secret', 'g', 1))).toEqual(['whisper']);
    });
  });
}
