import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startBroker } from '../../support/index.ts';
import { answersIn } from './answers.ts';
import type { Answer } from './answers.ts';
import { answerPrefix } from './journal.ts';
import type { Journal } from './journal.ts';
import { runLoad } from './load.ts';
import type { LoadOptions } from './load.ts';
import { preloadLibrary } from '../preload/preload-library.ts';
import { RecordedDisk } from './recorded-disk.ts';
import { readRecording } from './recording.ts';
import type { LogRecord } from './recording.ts';

/** A load, what the broker did to its disk meanwhile, and what it answered when. */
export interface Recording {
  readonly rootPassword: string;
  readonly journal: Journal;
  readonly records: readonly LogRecord[];
  /** By the id of the operation. */
  readonly answers: ReadonlyMap<number, Answer>;
}

/** How the recorded broker differs from the real one: planted faults. */
export interface RecordedBroker {
  readonly entryPath?: string;
  readonly nodeArguments?: readonly string[];
}

interface Facts {
  readonly dataDir: string;
  readonly rootPassword: string;
  readonly journal: Journal;
}

/** Runs a broker under a load and records it in `folder`, which `openRecording` reads. */
export async function recordLoad(
  folder: string,
  load: LoadOptions,
  broker: RecordedBroker = {},
): Promise<Recording> {
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir, { recursive: true });
  const running = await startBroker({
    ...broker,
    dataDir,
    env: {
      LD_PRELOAD: preloadLibrary('record'),
      POWER_CUT_DIR: dataDir,
      POWER_CUT_LOG: join(folder, 'calls.log'),
      UV_USE_IO_URING: '0', // its writes would go round the C library
    },
  });
  const journal = await runLoad(running.clientPort, running.rootPassword, load);
  const { rootPassword } = running;
  const { code } = await running.stop();
  if (code !== 0) throw new Error(`The recorded broker ended with exit code ${String(code)}`);
  const facts: Facts = { dataDir, rootPassword, journal };
  writeFileSync(join(folder, 'journal.json'), JSON.stringify(facts));
  const recording = openRecording(folder);
  refuseGaps(recording, dataDir);
  return recording;
}

/** Reads a recording that was made before. */
export function openRecording(folder: string): Recording {
  const text = readFileSync(join(folder, 'journal.json'), 'utf8');
  const { dataDir, rootPassword, journal } = JSON.parse(text) as Facts;
  const records = readRecording(join(folder, 'calls.log'), dataDir);
  const answers = new Map<number, Answer>();
  for (const [key, answer] of answersIn(records, answerPrefix)) {
    answers.set(Number(key.split('.').at(-1)), answer);
  }
  return { rootPassword, journal, records, answers };
}

/** A recording that missed a call would prove nothing: played to its end, it must give the files as they are. */
function refuseGaps({ records, journal, answers }: Recording, dataDir: string): void {
  const disk = new RecordedDisk();
  for (const record of records) disk.apply(record);
  const { current } = disk;
  for (const name of readdirSync(dataDir)) {
    if (name.endsWith('-lock')) continue;
    if (current.get(name)?.equals(readFileSync(join(dataDir, name))) !== true) {
      throw new Error(`The recording does not give ${name} as it is: a call was missed`);
    }
  }
  const answerable = journal.operations.filter((_, id) => answers.has(id)).length;
  if (answerable === 0) throw new Error('The recording holds no answer: a call was missed');
}
