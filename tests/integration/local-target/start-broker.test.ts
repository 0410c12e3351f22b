// Goal: a start that cannot succeed says why, leaves no process of its own, and spares one that runs.
// Method: the program that Terraform would run, called directly, with stand-ins for the broker.
import { existsSync, statSync, truncateSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import path from 'node:path';
import { KitError } from '../../../modules/config/index.ts';
import { removeHome, startBroker } from '../../../modules/local/index.ts';
import type { StartOrder } from '../../../modules/local/index.ts';
import { waitUntil } from '../../support/index.ts';
import { Checkout, linesOf, quietPort } from './checkout.ts';

jest.setTimeout(60_000);

let checkout: Checkout;
const printed: string[] = [];
const print = (line: string): number => printed.push(line);

beforeEach(() => {
  checkout = new Checkout('healthy');
  checkout.prebuild();
  printed.length = 0;
});

async function orderFor(changes: Partial<StartOrder> = {}): Promise<StartOrder> {
  const client = await quietPort();
  const webSocket = await quietPort(client + 1);
  const monitoring = await quietPort(webSocket + 1);
  return {
    root: checkout.root,
    stateDirectory: path.join(checkout.root, 'state', 'dev'),
    size: 'sandbox',
    settings: { host: '127.0.0.1', ports: { client, webSocket, monitoring }, logLevel: 'info' },
    run: 'first',
    readyTimeoutMs: 20_000,
    ...changes,
  };
}

async function problemOf(start: Promise<void>): Promise<{ code?: string; text: string }> {
  const error: unknown = await start.then(
    () => new Error('it started'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof KitError)) throw error;
  return { ...error.problems[0], text: error.message };
}

const listen = async (): Promise<{ server: Server; port: number }> => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return { server, port: (server.address() as AddressInfo).port };
};

describe('startBroker', () => {
  test('names every taken port and its process before it stops the broker that runs', async () => {
    const order = await orderFor();
    await startBroker(order, print);
    const pid = checkout.brokerPid('dev');
    const [first, second] = [await listen(), await listen()];
    const ports = { ...order.settings.ports, client: first.port, monitoring: second.port };
    const settings = { ...order.settings, ports };
    const { code, text } = await problemOf(startBroker({ ...order, settings }, print));
    first.server.close();
    second.server.close();
    expect(code).toBe('PORT_TAKEN');
    expect(text).toContain(`127.0.0.1:${ports.client}, on which listens process ${process.pid}: `);
    expect(text).toContain(`127.0.0.1:${ports.monitoring}, on which listens process`);
    expect(checkout.brokerPid('dev')).toBe(pid);
  });

  test('takes the ports over from the broker it replaces', async () => {
    const order = await orderFor();
    await startBroker(order, print);
    const pid = checkout.brokerPid('dev');
    await startBroker({ ...order, run: 'second' }, print);
    expect(checkout.brokerPid('dev')).not.toBe(pid);
    expect(linesOf(path.join(checkout.home('dev').dataDirectory, 'stops'))).toEqual([String(pid)]);
  });

  test('keeps the broker that runs when the new source does not compile', async () => {
    const order = await orderFor();
    await startBroker(order, print);
    const pid = checkout.brokerPid('dev');
    checkout.useBroker('not-compiling');
    const { code } = await problemOf(startBroker(order, print));
    expect(code).toBe('BROKER_BUILD_FAILED');
    expect(checkout.brokerPid('dev')).toBe(pid);
  });

  test('ends a broker that does not become ready in time, and shows what it logged', async () => {
    checkout.useBroker('never-ready');
    checkout.prebuild();
    const { code, text } = await problemOf(
      startBroker(await orderFor({ readyTimeoutMs: 1_000 }), print),
    );
    expect(code).toBe('BROKER_NOT_READY');
    expect(text).toContain('waiting for something that does not come');
    expect(checkout.processes()).toEqual([]);
  });

  test('shows what a broker logged that ended at once, and only of this start', async () => {
    const order = await orderFor();
    await startBroker(order, print);
    checkout.useBroker('ends-at-once');
    checkout.prebuild();
    const { code, text } = await problemOf(startBroker(order, print));
    expect(code).toBe('BROKER_NOT_READY');
    expect(text).toContain('THEBES_FLAVOUR is not known');
    expect(text).not.toContain('"event":"ready"');
    expect(checkout.processes()).toEqual([]);
  });

  test('sets a large log aside, one of them, and leaves a small one', async () => {
    const order = await orderFor();
    const { logFile, olderLogFile } = checkout.home('dev');
    await startBroker(order, print);
    const small = statSync(logFile).ino;
    await startBroker(order, print);
    expect(statSync(logFile).ino).toBe(small);
    expect(existsSync(olderLogFile)).toBe(false);
    for (let round = 1; round <= 2; round++) {
      const { ino } = statSync(logFile);
      truncateSync(logFile, 16 * 1024 * 1024);
      await startBroker(order, print);
      expect(statSync(olderLogFile).ino).toBe(ino);
      expect(linesOf(logFile)).toHaveLength(1);
    }
    await removeHome({ stateDirectory: order.stateDirectory, keepData: true }, print);
    expect([existsSync(logFile), existsSync(olderLogFile)]).toEqual([false, false]);
  });

  test('finds a broker whose record was lost, and a second start replaces it', async () => {
    const order = await orderFor();
    await startBroker(order, print);
    const pid = checkout.brokerPid('dev');
    checkout.deleteRecord('dev');
    expect(checkout.brokerPid('dev')).toBe(pid);
    await startBroker(order, print);
    expect(checkout.brokerPid('dev')).not.toBe(pid);
    expect(checkout.processes()).toHaveLength(1);
  });
});

describe('removeHome', () => {
  test('does no harm to a process that got the pid of a dead broker', async () => {
    const order = await orderFor();
    await startBroker(order, print);
    const pid = checkout.brokerPid('dev') ?? 0;
    process.kill(pid, 'SIGKILL');
    await waitUntil(() => checkout.brokerPid('dev') === undefined);
    checkout.writeRecord('dev', { pid: process.pid, started: 'another boot:1', run: 'first' });
    await removeHome({ stateDirectory: order.stateDirectory, keepData: false }, print);
    expect(printed).toContain('No broker process is running');
  });

  test('kills a broker that ignores the request to stop', async () => {
    const order = await orderFor();
    await startBroker(order, print);
    process.kill(checkout.brokerPid('dev') ?? 0, 'SIGSTOP');
    const timeouts = { stopTimeoutMs: 300, killTimeoutMs: 5_000 };
    await removeHome({ stateDirectory: order.stateDirectory, keepData: false }, print, timeouts);
    expect(printed.join('\n')).toContain('killing it');
    expect(checkout.processes()).toEqual([]);
  });
});
