import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startBroker, tempDir, TestAuthority } from '../../support/index.ts';
import { openTestStore } from '../../support/embedded-store.ts';
import { runToEnd } from './run-to-end.ts';

jest.setTimeout(60_000);

/** A port that somebody else listens on, until the test is over. */
async function takenPort(): Promise<{ port: string; release: () => void }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { port: String(port), release: () => void server.close() };
}

describe('A broker that is asked a question', () => {
  test('prints its settings on --help and ends with 0', async () => {
    const { code, stdout, stderr } = await runToEnd({}, ['--help']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('THEBES_CLIENT_PORT');
  });

  test('prints its version on --version and ends with 0', async () => {
    const { code, stdout } = await runToEnd({}, ['--version']);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)]);
  });
});

describe('A broker with wrong settings', () => {
  test('names all of them on stderr, touches nothing, and ends with 78', async () => {
    const dataDir = join(tempDir(), 'data');
    const { code, stdout, stderr } = await runToEnd({
      THEBES_DATA_DIR: dataDir,
      THEBES_CLIENT_PORT: 'many',
      THEBES_HSOT: '0.0.0.0',
      THEBES_ROOT_PASSWORD: 'hunter2',
    });
    expect([code, stdout]).toEqual([78, '']);
    expect(stderr).toContain('set THEBES_HOST if that is what you mean');
    expect(stderr).toContain('set THEBES_ROOT_PASSWORD_FILE if that is what you mean');
    expect(stderr).toContain('THEBES_CLIENT_PORT has a value that it can not have. Received: many');
    expect(stderr).not.toContain('hunter2');
    expect(() => statSync(dataDir)).toThrow('ENOENT');
  });

  test('refuses the engine that is not built yet with 78, says what to use, and touches nothing', async () => {
    const dataDir = join(tempDir(), 'data');
    const { code, stdout, stderr } = await runToEnd({
      THEBES_DATA_DIR: dataDir,
      THEBES_ENGINE: 'jetstream',
      THEBES_NATS_SERVERS: 'nats-0.nats:4222,nats-1.nats:4222,nats-2.nats:4222',
      THEBES_NATS_USER: 'broker',
      THEBES_NATS_PASSWORD_FILE: join(dataDir, 'nats-password'),
    });
    expect([code, stdout]).toEqual([78, '']);
    expect(stderr).toContain('The engine jetstream, which keeps messages in a NATS cluster');
    expect(stderr).toContain('Next: set THEBES_ENGINE=embedded; on a cloud, deploy size sandbox.');
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(() => statSync(dataDir)).toThrow('ENOENT');
  });

  test('refuses an argument that it does not know with 78', async () => {
    const { code, stderr } = await runToEnd({}, ['--port', '1']);
    expect(code).toBe(78);
    expect(stderr).toContain('There is no command line argument --port');
  });
});

describe('A broker that can not start', () => {
  test.each(['THEBES_CLIENT_PORT', 'THEBES_WEBSOCKET_PORT', 'THEBES_MONITORING_PORT'])(
    'says that the port of %s is taken and ends with 1',
    async (name) => {
      const dataDir = tempDir();
      const { port, release } = await takenPort();
      const { code, stdout, stderr } = await runToEnd({ THEBES_DATA_DIR: dataDir, [name]: port });
      release();
      expect(code).toBe(1);
      expect(stderr).toContain(port);
      expect(stdout).toContain('"code":"ADDRESS_IN_USE"');
      expect(stdout).not.toContain('"event":"ready"');
      // What it had begun is given back: the next start has the directory for itself.
      expect(readdirSync(dataDir).filter((file) => file.startsWith('lock-'))).toEqual([]);
    },
  );

  test('says which TLS files can not be used and ends with 1', async () => {
    const [certificate, key] = ['a', 'b'].map((name) => new TestAuthority(name).sign(name));
    const { code, stdout, stderr } = await runToEnd({
      THEBES_TLS_CERT_FILE: certificate?.certificateFile ?? '',
      THEBES_TLS_KEY_FILE: key?.keyFile ?? '',
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/Connections can not be encrypted: .*key values mismatch/);
    expect(stderr).toContain(`certificate ${certificate?.certificateFile}, key ${key?.keyFile}`);
    expect(stdout).toContain('"code":"TLS_FILES"');
  });

  test('says that its data directory is a file and ends with 1', async () => {
    const path = join(tempDir(), 'file');
    writeFileSync(path, '');
    const { code, stdout, stderr } = await runToEnd({ THEBES_DATA_DIR: path });
    expect(code).toBe(1);
    expect(stderr).toContain(`The data directory ${path} can not be used`);
    expect(stdout).toContain('"code":"DATA_DIR_UNUSABLE"');
  });

  // Nothing is forbidden to root, so there the kernel's own read-only directory stands in.
  const readOnly = process.getuid?.() === 0 ? '/proc/thebes' : join(tempDir(), 'read-only');

  test('says that it may not write to its data directory and ends with 1', async () => {
    if (!readOnly.startsWith('/proc')) {
      mkdirSync(readOnly);
      chmodSync(readOnly, 0o500);
    }
    const { code, stderr } = await runToEnd({ THEBES_DATA_DIR: readOnly });
    expect(code).toBe(1);
    expect(stderr).toContain(`The data directory ${readOnly} can not be used`);
    expect(stderr).toContain('set THEBES_DATA_DIR to another directory');
  });

  test('refuses a data directory that another broker uses, names that process, ends with 1', async () => {
    const broker = await startBroker();
    const { code, stderr } = await runToEnd({ THEBES_DATA_DIR: broker.dataDir });
    expect(code).toBe(1);
    expect(stderr).toContain(`in use by another broker: process ${String(broker.pid)} on `);
    expect(await broker.stop()).toEqual({ code: 0, signal: null });
  });

  test('refuses a store that a newer broker wrote and leaves it as it is', async () => {
    const dataDir = tempDir();
    const store = await openTestStore(dataDir);
    const value = Buffer.from('{"v":1,"format":4,"installId":"x"}');
    await store.commit([{ kind: 'put', key: Uint8Array.of(1), value }]);
    await store.close();
    const { code, stderr } = await runToEnd({ THEBES_DATA_DIR: dataDir });
    expect(code).toBe(1);
    expect(stderr).toContain('format 4');
    expect(stderr).toContain('start the broker version that wrote it, or a newer one');
    expect(readdirSync(dataDir)).not.toContain('root-password');
  });

  test('says that its store is no store and ends with 1', async () => {
    const dataDir = tempDir();
    writeFileSync(join(dataDir, 'store.mdb'), 'x'.repeat(8192));
    const { code, stdout } = await runToEnd({ THEBES_DATA_DIR: dataDir });
    expect(code).toBe(1);
    expect(stdout).toContain('"code":"STORE_UNREADABLE"');
  });
});

describe('The root password', () => {
  test('is generated at the first start, for its owner alone, and kept', async () => {
    const broker = await startBroker();
    const { rootPassword } = broker;
    const path = join(broker.dataDir, 'root-password');
    expect(rootPassword).toMatch(/^[0-9a-f]{40}$/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await broker.restart();
    expect(broker.rootPassword).toBe(rootPassword);
    await broker.stop();
    expect(JSON.stringify(broker.log) + broker.stderr).not.toContain(rootPassword);
  });

  test('is the content of the file when there is one, which stays as it is', async () => {
    const path = join(tempDir(), 'secret');
    writeFileSync(path, 'my own password', { mode: 0o600 });
    const broker = await startBroker({ env: { THEBES_ROOT_PASSWORD_FILE: path } });
    expect(readFileSync(path, 'utf8')).toBe('my own password');
    expect(readdirSync(broker.dataDir)).not.toContain('root-password');
    expect(broker.log).toContainEqual(
      expect.objectContaining({ event: 'root-created', path, origin: 'file' }),
    );
    await broker.stop();
  });

  test('in an empty file ends the start with 1', async () => {
    const path = join(tempDir(), 'secret');
    writeFileSync(path, '');
    const { code, stderr } = await runToEnd({
      THEBES_DATA_DIR: tempDir(),
      THEBES_ROOT_PASSWORD_FILE: path,
    });
    expect(code).toBe(1);
    expect(stderr).toContain(`The root password file ${path} can not be used: it is empty`);
  });
});

describe('A broker that runs', () => {
  test('keeps what it writes from other users, and its installation’s id', async () => {
    const broker = await startBroker();
    for (const file of readdirSync(broker.dataDir)) {
      expect([file, statSync(join(broker.dataDir, file)).mode & 0o077]).toEqual([file, 0]);
    }
    await broker.restart();
    const ids = broker.log.map((line) => line['installId']).filter((id) => id !== undefined);
    expect(ids).toHaveLength(2);
    expect(ids[0]).toBe(ids[1]);
    await broker.stop();
  });

  test('says that it is alive and ready', async () => {
    const broker = await startBroker();
    for (const path of ['healthz', 'readyz']) {
      const response = await fetch(`http://127.0.0.1:${String(broker.monitoringPort)}/${path}`);
      expect([response.status, await response.json()]).toEqual([200, { status: 'ready' }]);
    }
    await broker.stop();
  });

  test('with the memory engine keeps no store, but its root password', async () => {
    const broker = await startBroker({ env: { THEBES_ENGINE: 'memory' } });
    const { rootPassword } = broker;
    expect(readdirSync(broker.dataDir)).not.toContain('store.mdb');
    await broker.restart();
    expect(broker.rootPassword).toBe(rootPassword);
    await broker.stop();
  });
});
