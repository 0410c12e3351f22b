import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { KitError, problem } from '../config/index.ts';
import type { LocalHome } from './local-home.ts';
import { isAlive, processesIn } from '../host/index.ts';
import type { ProcessIdentity } from '../host/index.ts';

/** What `broker.pid` says of the process that was started last. */
export interface BrokerRecord extends ProcessIdentity {
  /** Which deployment it was started for; see `chooseRun`. */
  readonly run: string;
}

/** The broker's entry, relative to the checkout; also how its processes are recognised. */
export const brokerEntry = 'broker/dist/main.js';

export function readBrokerRecord(home: LocalHome): BrokerRecord | null {
  try {
    const record = JSON.parse(readFileSync(home.processFile, 'utf8')) as Partial<BrokerRecord>;
    const { pid, started, run } = record;
    return Number.isInteger(pid) && typeof started === 'string' && typeof run === 'string'
      ? { pid: Number(pid), started, run }
      : null;
  } catch {
    return null; // No broker was started here, or the file is damaged: then processesIn() finds it.
  }
}

export function writeBrokerRecord(home: LocalHome, record: BrokerRecord): void {
  const draft = `${home.processFile}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(record)}\n`);
  renameSync(draft, home.processFile);
}

/**
 * Every broker process of this home: the recorded one when it is still that very process, and any
 * other that works in its directory (one whose starter was killed before it could write a record).
 */
export function findBrokers(home: LocalHome): ProcessIdentity[] {
  const record = readBrokerRecord(home);
  const recorded = record !== null && isAlive(record) ? [record] : [];
  const others = processesIn(home.directory, brokerEntry);
  return [...recorded, ...others.filter((other) => recorded.every((r) => r.pid !== other.pid))];
}

/** How long a process gets to end, first politely, then by force. */
export interface StopTimeouts {
  readonly stopTimeoutMs: number;
  readonly killTimeoutMs: number;
}

// More than the broker's own grace period, at whose end it exits by itself (THEBES_STOP_TIMEOUT_MS).
const patient: StopTimeouts = { stopTimeoutMs: 30_000, killTimeoutMs: 5_000 };

/** Ends a process: politely, then by force. Returns when it is gone; throws when it will not go. */
export async function stopProcess(
  identity: ProcessIdentity,
  print: (line: string) => void,
  { stopTimeoutMs, killTimeoutMs } = patient,
): Promise<void> {
  print(`Stopping the broker (process ${identity.pid})`);
  signal(identity, 'SIGTERM');
  if (await isGone(identity, stopTimeoutMs)) return;
  print(`Process ${identity.pid} did not end in ${stopTimeoutMs / 1000} s: killing it`);
  signal(identity, 'SIGKILL');
  if (await isGone(identity, killTimeoutMs)) return;
  const reason = 'it did not end after SIGKILL';
  throw new KitError([problem('BROKER_NOT_STOPPED', { pid: identity.pid, reason })]);
}

function signal(identity: ProcessIdentity, name: 'SIGTERM' | 'SIGKILL'): void {
  if (!isAlive(identity)) return;
  try {
    process.kill(identity.pid, name);
  } catch (error) {
    if (!isAlive(identity)) return;
    const reason = error instanceof Error ? error.message : String(error);
    throw new KitError([problem('BROKER_NOT_STOPPED', { pid: identity.pid, reason })], error);
  }
}

async function isGone(identity: ProcessIdentity, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (isAlive(identity)) {
    if (Date.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return true;
}
