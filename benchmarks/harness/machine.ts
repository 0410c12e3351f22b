import { execFileSync } from 'node:child_process';
import { closeSync, fdatasyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { percentile } from './report/statistics.ts';

/** What the numbers were taken on. */
export interface Machine {
  readonly processor: string;
  readonly processorCount: number;
  readonly memoryGiB: number;
  readonly kernel: string;
  /** Device and file system that hold the data directories. */
  readonly disk: string;
  /** Of the last minute, before the first row: above one or so, somebody else was working too. */
  readonly loadAverage: number;
}

/** Describes the machine, and the disk that `directory` lies on. */
export function describeMachine(directory: string): Machine {
  const [, device = '?', type = '?'] =
    /^(\S+)\s+(\S+)/m.exec(
      execFileSync('df', ['--output=source,fstype', directory], { encoding: 'utf8' }).replace(
        /^.*\n/,
        '',
      ),
    ) ?? [];
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    processorCount: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: `Linux ${release()}`,
    disk: `${device} (${type})`,
    loadAverage: loadavg()[0] ?? 0,
  };
}

/** Processor time of the whole machine since it started, in clock ticks. */
export interface ProcessorTicks {
  readonly all: number;
  /** Wanted by this machine and given to another one by their host. */
  readonly stolen: number;
}

/** Reads it from the kernel (proc(5), `/proc/stat`). */
export function processorTicks(): ProcessorTicks {
  const [line = ''] = readFileSync('/proc/stat', 'latin1').split('\n');
  // user, nice, system, idle, iowait, irq, softirq, steal; guest time is part of user.
  const ticks = line.trim().split(/\s+/).slice(1, 9).map(Number);
  return { all: ticks.reduce((sum, value) => sum + value, 0), stolen: ticks[7] ?? 0 };
}

/** Milliseconds of each of `count` appends of 4 KiB, each flushed before the next. */
export function measureFlushes(directory: string, count: number): readonly number[] {
  const path = join(directory, 'fdatasync-probe');
  const file = openSync(path, 'w');
  const block = Buffer.alloc(4096, 1);
  const samples: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const start = process.hrtime.bigint();
    writeSync(file, block);
    fdatasyncSync(file);
    samples.push(Number(process.hrtime.bigint() - start) / 1e6);
  }
  closeSync(file);
  rmSync(path);
  return samples;
}

/** The 99th percentile of flush times. */
export function flushP99Ms(samples: readonly number[]): number {
  return percentile(
    [...samples].sort((a, b) => a - b),
    0.99,
  );
}

/** Hands everything that earlier work left unwritten to the disk, so that the next sample does not pay for it. */
export function settleDisk(directory: string): void {
  execFileSync('sync', ['--file-system', directory]);
}

/** Resident memory of a process with all its descendants. */
export interface TreeMemory {
  readonly largestBytes: number;
  /** Counts pages that processes share once for each of them. */
  readonly sumBytes: number;
}

/** Looks at a process and everything below it; nothing where it is gone. */
export function treeMemory(pid: number): TreeMemory {
  try {
    const bytes = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * pageBytes;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    const below = children === '' ? [] : children.split(' ').map((id) => treeMemory(Number(id)));
    return {
      largestBytes: Math.max(bytes, ...below.map(({ largestBytes }) => largestBytes)),
      sumBytes: below.reduce((sum, { sumBytes }) => sum + sumBytes, bytes),
    };
  } catch {
    return { largestBytes: 0, sumBytes: 0 }; // ended between two looks
  }
}

const pageBytes = 4096;
