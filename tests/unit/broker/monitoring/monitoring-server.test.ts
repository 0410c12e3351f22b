import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { MonitoringServer, Readiness } from '../../../../broker/src/monitoring/index.ts';
import type { ReadinessState } from '../../../../broker/src/monitoring/index.ts';
import { registerRelease } from '../../../support/index.ts';

async function newServer(readiness = new Readiness()) {
  const server = new MonitoringServer(readiness, { host: '127.0.0.1', port: 0 });
  registerRelease(() => server.close());
  const { port } = await server.listen();
  const ask = async (path: string): Promise<[number, unknown]> => {
    const response = await fetch(`http://127.0.0.1:${String(port)}${path}`);
    return [response.status, await response.json()];
  };
  return { server, port, readiness, ask };
}

describe('MonitoringServer', () => {
  test.each<[ReadinessState, number, number]>([
    ['starting', 200, 503],
    ['ready', 200, 200],
    ['stopping', 200, 503],
    ['broken', 503, 503],
  ])('while %s answers /healthz with %d and /readyz with %d', async (state, health, ready) => {
    const { readiness, ask, server } = await newServer();
    readiness.become(state);
    expect(await ask('/healthz')).toEqual([health, { status: state }]);
    expect(await ask('/readyz')).toEqual([ready, { status: state }]);
    await server.close();
  });

  test('says on /readyz what the broker does without, and serves clients all the same', async () => {
    const { readiness, ask, server } = await newServer();
    readiness.become('ready');
    readiness.degrade('metadata', 'away');
    expect(await ask('/readyz')).toEqual([
      200,
      { status: 'ready', degraded: { metadata: 'away' } },
    ]);
    readiness.degrade('metadata', undefined);
    expect(await ask('/readyz')).toEqual([200, { status: 'ready' }]);
    await server.close();
  });

  test('answers other paths with 404 in JSON', async () => {
    const { ask, server } = await newServer();
    expect(await ask('/')).toEqual([404, expect.objectContaining({ statusCode: 404 })]);
    await server.close();
  });

  test('names the port that is taken', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    const server = new MonitoringServer(new Readiness(), { host: '127.0.0.1', port });
    await expect(server.listen()).rejects.toMatchObject({
      code: 'ADDRESS_IN_USE',
      message: expect.stringContaining(String(port)),
    });
    await server.close();
    holder.close();
  });

  test('says that an address is none of this machine', async () => {
    // 192.0.2.0/24 is for documents; no machine has it (RFC 5737).
    const server = new MonitoringServer(new Readiness(), { host: '192.0.2.1', port: 0 });
    await expect(server.listen()).rejects.toMatchObject({ code: 'ADDRESS_NOT_USABLE' });
    await server.close();
  });

  test('closes also when it never listened, and while it is about to', async () => {
    const options = { host: '127.0.0.1', port: 0 };
    await new MonitoringServer(new Readiness(), options).close();
    const server = new MonitoringServer(new Readiness(), options);
    const listening = server.listen();
    await server.close();
    const { port } = await listening;
    await expect(fetch(`http://127.0.0.1:${String(port)}/healthz`)).rejects.toThrow('fetch failed');
    await server.close();
  });
});

describe('Readiness', () => {
  test('does not come back from stopping, nor from being broken', () => {
    const readiness = new Readiness();
    readiness.become('stopping');
    readiness.become('ready');
    expect(readiness.state).toBe('stopping');
    readiness.become('broken');
    readiness.become('stopping');
    expect(readiness.state).toBe('broken');
  });
});
