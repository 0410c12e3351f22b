import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BrokerProcess, startBroker, tempDir, waitUntil } from '../../../support/index.ts';

/** A stand-in for the built broker: obeys the launch contract and nothing else. */
function fakeBroker(source: string): string {
  const path = join(tempDir(), 'main.mjs');
  writeFileSync(path, source);
  return path;
}

const listening = `
  import { createServer } from 'node:http';
  import { writeFileSync } from 'node:fs';
  const server = createServer((_, response) => response.end('{}'));
  writeFileSync(process.env.THEBES_DATA_DIR + '/root-password', 'secret\\n');
  process.on('SIGTERM', () => process.exit(0));
  server.listen(Number(process.env.THEBES_CLIENT_PORT), '127.0.0.1', () => {
    console.log('not json');
    console.log(JSON.stringify({ event: 'ready', clientPort: server.address().port, monitoringPort: 1 }));
  });
`;

describe('startBroker', () => {
  test('resolves when the broker says that it is ready, with its ports, password and log', async () => {
    const broker = await startBroker({ entryPath: fakeBroker(listening) });
    expect(broker.clientPort).toBeGreaterThan(0);
    expect(broker.rootPassword).toBe('secret');
    expect(broker.log[0]).toEqual({ text: 'not json' });
    expect(() => process.kill(broker.pid, 0)).not.toThrow();
  });

  test('keeps the ports and the data when it is restarted after a kill', async () => {
    const broker = await startBroker({ entryPath: fakeBroker(listening) });
    const before = { port: broker.clientPort, pid: broker.pid, dataDir: broker.dataDir };
    await broker.kill9();
    expect(await broker.ended).toEqual({ code: null, signal: 'SIGKILL' });
    await broker.restart();
    expect(broker.clientPort).toBe(before.port);
    expect(broker.dataDir).toBe(before.dataDir);
    expect(broker.pid).not.toBe(before.pid);
    expect(await broker.stop()).toEqual({ code: 0, signal: null });
  });

  test('rejects with the output of a broker that ends before it is ready', async () => {
    const entryPath = fakeBroker(`console.error('port taken'); process.exit(1);`);
    await expect(startBroker({ entryPath })).rejects.toThrow(/exit code 1[^]*port taken/);
  });

  test('rejects, leaving no process, when the broker does not get ready in time', async () => {
    const entryPath = fakeBroker(`setInterval(() => {}, 1000);`);
    const broker = new BrokerProcess({ entryPath, readyTimeoutMs: 20 });
    const start = broker.start();
    const { pid } = broker;
    await expect(start).rejects.toThrow('was not ready in time');
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
  });

  test('does not pass on settings of the broker from the environment of the test', async () => {
    process.env['THEBES_CLIENT_PORT'] = '1';
    const broker = await startBroker({ entryPath: fakeBroker(listening) });
    delete process.env['THEBES_CLIENT_PORT'];
    expect(broker.clientPort).not.toBe(1);
  });
});

describe('waitUntil', () => {
  test('resolves with the first truthy value', async () => {
    const values = [undefined, 0, 'there'];
    expect(await waitUntil(() => values.shift())).toBe('there');
  });

  test('rejects with what it waited for and the last error', async () => {
    const wait = waitUntil(
      () => {
        throw new Error('still closed');
      },
      { timeoutMs: 1, what: 'the door' },
    );
    await expect(wait).rejects.toThrow('Waited 1 ms for the door');
    await expect(wait).rejects.toHaveProperty('cause.message', 'still closed');
  });
});
