import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { connect as dial } from 'node:net';
import { jetstream, jetstreamManager, StorageType } from '@nats-io/jetstream';
import { natsPod } from '../../../modules/platform/nats-pod.ts';
import { waitUntil } from '../../support/index.ts';
import { passwords, serverProgram, startCluster } from './nats-servers.ts';
import type { NatsServer } from './nats-servers.ts';

// Goal: the configuration that the kit writes is one that NATS servers run by, form a cluster with and keep
// strangers out with. Method: three real servers on this machine, with ports and paths given to the
// generator; the last test takes one of them away.

jest.setTimeout(120_000);

interface Probe {
  readonly httpGet: { readonly path: string };
}

let servers: readonly [NatsServer, NatsServer, NatsServer];

beforeAll(async () => {
  servers = await startCluster();
});

const broker = { user: 'broker', pass: passwords.broker };
const system = { user: 'system', pass: passwords.system };

/** What a server answers to a peer that says so much of itself. */
async function joinAs(login: object): Promise<string> {
  const socket = dial(servers[0].ports.routes, '127.0.0.1');
  let answer = '';
  socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
  await once(socket, 'connect');
  await waitUntil(() => answer.startsWith('INFO '), { what: 'the server to introduce itself' });
  const name = 'stranger';
  const own = { server_id: name, name, cluster: 'thebes-test', host: '127.0.0.1', port: 1 };
  socket.write(
    `CONNECT ${JSON.stringify({ ...own, ...login })}\r\nINFO ${JSON.stringify(own)}\r\nPING\r\n`,
  );
  await waitUntil(() => /-ERR|PONG/.test(answer), { what: 'the server to answer a peer' });
  socket.destroy();
  return /-ERR '.*'|PONG/.exec(answer)?.[0] ?? '';
}

describe('NATS servers with the configuration of the kit', () => {
  test('are a cluster of three under its name, with names of their own', async () => {
    const found = await Promise.all(servers.map((server) => server.ask('/varz')));
    expect(found.map(({ answer }) => [answer.server_name, answer.cluster.name])).toEqual(
      [0, 1, 2].map((index) => [`thebes-test-nats-${index}`, 'thebes-test']),
    );
    const { answer } = await servers[0].ask('/jsz');
    expect(answer.meta_cluster).toMatchObject({ name: 'thebes-test', cluster_size: 3 });
  });

  test('flush before they acknowledge, within the bounds that they were given', async () => {
    const { answer } = await servers[1].ask('/varz');
    expect(answer.jetstream.config).toMatchObject({
      max_storage: 256 * 1024 ** 2,
      max_memory: 16 * 1024 ** 2,
      sync_always: true,
    });
    expect(answer.max_payload).toBe(1_048_576 + 65_536);
  });

  test('answer the probes that their pods have', async () => {
    const { container } = natsPod({
      share: { cpuMillis: 1, memoryMiB: 1 },
      installName: 'thebes-test',
      config: 'nats',
      secret: 'nats',
      checksum: '',
      claim: 'messages',
    }).spec as unknown as { container: readonly Record<string, Probe>[] };
    for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
      const path = container[0]?.[probe]?.httpGet.path ?? 'no such probe';
      await waitUntil(async () => (await servers[2].ask(path)).status === 200, { what: path });
    }
  });

  test('let in the broker, and nobody without its password', async () => {
    await expect(servers[0].connect()).rejects.toThrow(/Authorization Violation/);
    await expect(servers[0].connect({ user: 'broker' })).rejects.toThrow(/Authorization Violation/);
    await expect(servers[0].connect({ user: 'broker', pass: passwords.system })).rejects.toThrow(
      /Authorization Violation/,
    );
    const connection = await servers[0].connect(broker);
    expect(connection.info).toMatchObject({ auth_required: true, cluster: 'thebes-test' });
    // Nobody is told of addresses that are stale after a restart.
    expect(connection.info?.connect_urls ?? []).toEqual([]);
  });

  test('keep the broker out of the account of the servers, and that out of the messages', async () => {
    const ping = '$SYS.REQ.SERVER.PING';
    const ofBroker = await servers[0].connect(broker);
    await expect(ofBroker.request(ping)).rejects.toThrow(/no responders/i);
    const ofSystem = await servers[0].connect(system);
    expect((await ofSystem.request(ping)).string()).toContain('"cluster":"thebes-test"');
    await expect(jetstreamManager(ofSystem)).rejects.toThrow(/not enabled/i);
  });

  test('take no server into the cluster that does not know its password', async () => {
    const refused = "-ERR 'Authorization Violation'";
    expect(await joinAs({})).toBe(refused);
    expect(await joinAs({ user: 'routes', pass: passwords.broker })).toBe(refused);
    expect(await joinAs({ user: 'routes', pass: passwords.routes })).toBe('PONG');
  });

  test('say no password in their logs', () => {
    const logs = servers.map(({ log }) => log).join('\n');
    expect(logs).toContain('Server is ready');
    for (const password of Object.values(passwords)) expect(logs).not.toContain(password);
  });

  test('keep acknowledging and lose nothing when one goes in its own time, which SIGTERM does not cut short', async () => {
    const connection = await servers[0].connect(broker);
    const manager = await jetstreamManager(connection);
    const config = { name: 'orders', subjects: ['orders'], num_replicas: 3 };
    await manager.streams.add({ ...config, storage: StorageType.File });
    const js = jetstream(connection);
    for (let index = 0; index < 20; index += 1) await js.publish('orders', `before ${index}`);

    // What preStop does in the pod, and what the kubelet does after it.
    const going = servers[2];
    await going.connect(broker); // Without a client it has nothing to wait for.
    execFileSync(serverProgram(), [`--signal=ldm=${going.pidFile}`]);
    await waitUntil(() => going.log.includes('Entering lame duck mode'), { what: 'the lame duck' });
    going.terminate();
    await waitUntil(() => going.log.includes('Trapped "terminated" signal'), { what: 'SIGTERM' });
    expect((await going.ask('/varz')).status).toBe(200);
    expect(going.log).not.toContain('Initiating Shutdown');
    await going.kill();

    // By id, so that what is sent again while a leader is chosen is kept once.
    for (let index = 0; index < 20; index += 1) {
      const msgID = `after ${index}`;
      await waitUntil(() => js.publish('orders', msgID, { msgID }), { what: 'an acknowledgement' });
    }
    const { state, cluster } = await manager.streams.info('orders');
    expect(state.messages).toBe(40);
    expect(cluster?.leader).toMatch(/^thebes-test-nats-[01]$/);
  });
});
