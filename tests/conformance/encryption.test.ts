import { startBroker, TestAuthority } from '../support/index.ts';
import { fetchUntil, texts } from './harness/fetch-until.ts';
import { SdkClient } from './harness/sdk-client.ts';
import { SdkProgram } from './harness/sdk-program.ts';
import { sdksOf } from './harness/sdks.ts';

// The SDK for Python cannot do it with a password: it copies its options, which a TLS context does not
// allow (wire-protocol.md 1.6).
for (const { title, command } of sdksOf(['node', 'go'])) {
  describe(title, () => {
    test('5: connects by TLS, shows its certificate, produces and consumes', async () => {
      const authority = new TestAuthority('authority of the test');
      const server = authority.sign('broker');
      const client = authority.sign('application');
      const broker = await startBroker({
        env: {
          THEBES_TLS_CERT_FILE: server.certificateFile,
          THEBES_TLS_KEY_FILE: server.keyFile,
          THEBES_TLS_CA_FILE: authority.file,
          THEBES_TLS_CLIENT_CERTIFICATES: 'required',
        },
      });
      const sdk = await SdkClient.connect(SdkProgram.start(command), 'encrypted', {
        port: broker.clientPort,
        password: broker.rootPassword,
        tls: { key: client.keyFile, cert: client.certificateFile, ca: authority.file },
      });
      await sdk.producer('secret');
      await sdk.produce('secret', 'whisper');
      await sdk.consumer('secret', 'g');
      expect(texts(await fetchUntil(sdk, 'secret', 'g', 1))).toEqual(['whisper']);
    });
  });
}
