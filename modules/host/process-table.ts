import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';

/**
 * A process that cannot be mistaken for another: pids are used again, so the moment of its start
 * belongs to it. `started` is opaque; it is compared, never read.
 */
export interface ProcessIdentity {
  readonly pid: number;
  readonly started: string;
}

const linux = existsSync('/proc/self/stat');

/** The identity of a live process; null when there is none (a zombie is none). */
export function identify(pid: number): ProcessIdentity | null {
  const started = linux ? startedOnLinux(pid) : startedElsewhere(pid);
  return started === null ? null : { pid, started };
}

/** Whether exactly this process still runs. */
export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.started === identity.started;
}

/** The command line of a process, as far as this user may see it. */
export function commandOf(pid: number): string {
  if (!linux) return ask('ps', ['-o', 'command=', '-p', String(pid)]) ?? 'unknown command';
  const words = read(`/proc/${pid}/cmdline`)?.split('\0').filter(Boolean) ?? [];
  return words.length === 0 ? 'unknown command' : words.join(' ');
}

/** The nearest process above this one whose command names `marker`; null when there is none. */
export function ancestorNamed(marker: string): ProcessIdentity | null {
  for (let pid = process.ppid; pid > 1; pid = parentOf(pid)) {
    if (commandOf(pid).includes(marker)) return identify(pid);
  }
  return null;
}

/** Processes whose working directory is this one and whose command names `marker`. */
export function processesIn(directory: string, marker: string): ProcessIdentity[] {
  const real = orNull(() => realpathSync(directory)) ?? directory;
  const pids = linux
    ? listPids().filter((pid) => readLink(`/proc/${pid}/cwd`) === real)
    : pidsFrom(ask('lsof', ['-a', '-d', 'cwd', '-Fp', '--', real]));
  return pids
    .filter((pid) => commandOf(pid).includes(marker))
    .map(identify)
    .filter((identity) => identity !== null);
}

/** The process that listens on a TCP port; null when nothing does, or this user may not see who. */
export function listenerOn(port: number): ProcessIdentity | null {
  const pids = linux
    ? pidsOfSockets(listeningSockets(port))
    : pidsFrom(ask('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fp']));
  const pid = pids[0];
  return pid === undefined ? null : identify(pid);
}

function parentOf(pid: number): number {
  return Number(linux ? statFields(pid)?.[1] : ask('ps', ['-o', 'ppid=', '-p', String(pid)]));
}

/** What /proc/<pid>/stat says from the third field on, the state. */
function statFields(pid: number): string[] | undefined {
  const stat = read(`/proc/${pid}/stat`);
  // proc(5): the second field is the name in parentheses and may hold anything, so count from its end.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function startedOnLinux(pid: number): string | null {
  const fields = statFields(pid);
  if (fields === undefined || fields[0] === 'Z' || fields[0] === 'X') return null;
  // Ticks count from the boot: without its id, a process after a reboot could pass for one before.
  return `${read('/proc/sys/kernel/random/boot_id')?.trim()}:${fields[19]}`;
}

function startedElsewhere(pid: number): string | null {
  const answer = ask('ps', ['-o', 'state=,lstart=', '-p', String(pid)])?.trim() ?? '';
  return answer === '' || answer.startsWith('Z') ? null : answer.replace(/^\S+\s+/, '');
}

/** Inodes of the sockets that listen on a port, IPv4 and IPv6 (proc(5), /proc/net/tcp). */
function listeningSockets(port: number): Set<string> {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  const rows = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
    (read(file) ?? '').split('\n').map((line) => line.trim().split(/\s+/)),
  );
  const listening = '0A';
  return new Set(
    rows
      .filter((row) => row[1]?.endsWith(`:${hexPort}`) === true && row[3] === listening)
      .map((row) => `socket:[${row[9]}]`),
  );
}

function pidsOfSockets(sockets: ReadonlySet<string>): number[] {
  if (sockets.size === 0) return [];
  return listPids().filter((pid) =>
    listNames(`/proc/${pid}/fd`).some((fd) => sockets.has(readLink(`/proc/${pid}/fd/${fd}`) ?? '')),
  );
}

function listPids(): number[] {
  return listNames('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

// Processes end, and belong to others, while we look: whatever cannot be read is not there.
function listNames(folder: string): string[] {
  return orNull(() => readdirSync(folder)) ?? [];
}

function read(file: string): string | null {
  return orNull(() => readFileSync(file, 'utf8'));
}

function readLink(file: string): string | null {
  return orNull(() => readlinkSync(file));
}

function ask(command: string, args: readonly string[]): string | null {
  return orNull(() =>
    execFileSync(command, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, LC_ALL: 'C' },
    }),
  );
}

function pidsFrom(answer: string | null): number[] {
  return [...(answer ?? '').matchAll(/^p(\d+)$/gm)].map((match) => Number(match[1]));
}

function orNull<Value>(look: () => Value): Value | null {
  try {
    return look();
  } catch {
    return null;
  }
}
