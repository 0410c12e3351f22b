import { spawn } from 'node:child_process';
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import { KitError, localRecord, problem, recordTarget, stateFile } from '../config/index.ts';
import { buildBroker } from '../image/index.ts';
import { brokerEntry, findBrokers, stopProcess, writeBrokerRecord } from './broker-process.ts';
import { brokerVariables, reachableHost } from './broker-settings.ts';
import type { BrokerSettings } from './broker-settings.ts';
import { portProblem } from './free-port.ts';
import { localHome } from './local-home.ts';
import type { LocalHome } from './local-home.ts';
import { identify, isAlive } from '../host/index.ts';
import type { ProcessIdentity } from '../host/index.ts';

/** From this size on the next start begins a new log. */
const logBytesMax = 16 * 1024 * 1024;

/** What a deploy hands to the program that starts the broker. */
export interface StartOrder {
  readonly root: string;
  readonly stateDirectory: string;
  readonly size: string;
  readonly settings: BrokerSettings;
  readonly run: string;
  readonly readyTimeoutMs: number;
}

/**
 * Builds the broker, starts it as a background process that outlives this one, and returns when it
 * is ready. What can fail without it is tried first: until the new broker is built and its ports are
 * free, one that already runs keeps running. Afterwards either the new one is ready, or none runs.
 *
 * On Ctrl-C Terraform kills this program outright; what it started is in `broker.pid`, and the next
 * deploy or destroy stops it.
 */
export async function startBroker(order: StartOrder, print: (line: string) => void): Promise<void> {
  const home = localHome(order.stateDirectory);
  buildBroker(order.root, print);
  const running = findBrokers(home);
  await checkPorts(order.settings, running);
  for (const broker of running) await stopProcess(broker, print);

  recordTarget(localRecord(order.stateDirectory), 'local', {
    size: order.size,
    expires: null,
    state: stateFile(order.stateDirectory, 'local'),
  });
  // Data and password are in here: nobody else on this machine has business with it.
  mkdirSync(home.directory, { recursive: true, mode: 0o700 });
  setLargeLogAside(home);
  const started = launch(order, home);
  print(`Started process ${started.process.pid}, log in ${home.logFile}`);
  try {
    await waitUntilReady(order, started.process, home, started.logStart);
  } catch (error) {
    await stopProcess(started.process, print);
    throw error;
  }
  const { client, webSocket, monitoring } = order.settings.ports;
  print(
    `The broker is ready: clients on port ${client}, WebSocket on port ${webSocket}, monitoring on port ${monitoring}`,
  );
}

async function checkPorts(
  { host, ports }: BrokerSettings,
  running: readonly ProcessIdentity[],
): Promise<void> {
  const wanted = [
    { name: 'client', variable: 'KIT_CLIENT_PORT', host, port: ports.client },
    { name: 'WebSocket', variable: 'KIT_WEBSOCKET_PORT', host, port: ports.webSocket },
    { name: 'monitoring', variable: 'KIT_MONITORING_PORT', host, port: ports.monitoring },
  ];
  const problems = await Promise.all(wanted.map((port) => portProblem(port, running)));
  const found = problems.filter((entry) => entry !== null);
  if (found.length > 0) throw new KitError(found);
}

/** One log of before is kept, so that years of starts do not fill a laptop. No broker has it open now. */
function setLargeLogAside({ logFile, olderLogFile }: LocalHome): void {
  const size = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
  if (size >= logBytesMax) renameSync(logFile, olderLogFile);
}

function launch(
  order: StartOrder,
  home: LocalHome,
): { process: ProcessIdentity; logStart: number } {
  const log = openSync(home.logFile, 'a', 0o600);
  try {
    const logStart = fstatSync(log).size;
    const child = spawn(process.execPath, [path.join(order.root, brokerEntry)], {
      // A session of its own: no Ctrl-C and no closed terminal of the deploy reaches it.
      detached: true,
      // Straight to the file: Terraform waits for a provisioner's pipe until its last holder is gone.
      stdio: ['ignore', log, log],
      // Also how the process is found when its record is lost; see findBrokers.
      cwd: home.directory,
      env: brokerVariables(order.settings, home, process.env),
    });
    child.unref();
    const identity = child.pid === undefined ? null : identify(child.pid);
    if (identity === null) throw notReady('its process ended at once', home, logStart);
    writeBrokerRecord(home, { ...identity, run: order.run });
    return { process: identity, logStart };
  } finally {
    closeSync(log);
  }
}

async function waitUntilReady(
  { settings: { host, ports }, readyTimeoutMs }: StartOrder,
  broker: ProcessIdentity,
  home: LocalHome,
  logStart: number,
): Promise<void> {
  const url = `http://${reachableHost(host)}:${ports.monitoring}/readyz`;
  const deadline = Date.now() + readyTimeoutMs;
  while (!(await answersOk(url))) {
    if (!isAlive(broker)) throw notReady('its process ended', home, logStart);
    if (Date.now() > deadline) {
      throw notReady(`no 200 from ${url} in ${readyTimeoutMs / 1000} s`, home, logStart);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  // Whoever answered, it was not this broker when its process is gone.
  if (!isAlive(broker)) throw notReady('its process ended', home, logStart);
}

async function answersOk(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false; // Not listening yet.
  }
}

function notReady(how: string, home: LocalHome, logStart: number): KitError {
  const log = readFileSync(home.logFile).subarray(logStart).toString('utf8');
  const lines = log.trimEnd().split('\n').filter(Boolean).slice(-20);
  return new KitError([problem('BROKER_NOT_READY', { how, logFile: home.logFile, lines })]);
}
