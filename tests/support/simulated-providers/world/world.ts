import { randomUUID } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Fault } from './fault.ts';
import type { JournalEntry } from './journal.ts';

/** An object of the simulated account. */
export interface LiveObject {
  /** The simulator's own name of the object; real ids are not unique and some types have none. */
  readonly key: string;
  readonly type: string;
  readonly id: string;
  /** Where in the stack it came from; objects that a controller made have none. */
  readonly address?: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** Made behind Terraform's back: a network interface, a load balancer. */
  readonly controllerMade?: true;
  /** What was stored by write-only arguments and can be asked for: versions of secrets. */
  readonly secrets?: Readonly<Record<string, unknown>>;
}

/**
 * One simulated account: a directory that all provider processes of it share. There is one file per
 * live object, an append-only journal, and the faults that a test has planted.
 *
 * An object's file has a new name whenever its content changes, so a name that was read once is never
 * read again, and a scan of the world costs one look at the directory.
 */
export class World {
  readonly #folder: string;
  readonly #read = new Map<string, LiveObject>();

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(join(folder, 'objects'), { recursive: true });
  }

  live(): readonly LiveObject[] {
    return readdirSync(join(this.#folder, 'objects'))
      .filter((name) => name.endsWith('.json'))
      .flatMap((name) => this.#load(name));
  }

  find(key: string): LiveObject | undefined {
    return this.live().find((object) => object.key === key);
  }

  put(object: LiveObject): void {
    const folder = join(this.#folder, 'objects');
    const older = this.#filesOf(object.key);
    const name = `${object.key}.${randomUUID()}`;
    writeFileSync(join(folder, `${name}.tmp`), JSON.stringify(object));
    for (const file of older) rmSync(join(folder, file), { force: true });
    renameSync(join(folder, `${name}.tmp`), join(folder, `${name}.json`));
  }

  remove(key: string): void {
    for (const name of this.#filesOf(key)) {
      rmSync(join(this.#folder, 'objects', name), { force: true });
    }
  }

  note(entry: JournalEntry): void {
    appendFileSync(join(this.#folder, 'journal.ndjson'), `${JSON.stringify(entry)}\n`);
  }

  journal(): readonly JournalEntry[] {
    const path = join(this.#folder, 'journal.ndjson');
    if (!existsSync(path)) return [];
    const lines = readFileSync(path, 'utf8').trim().split('\n');
    return lines.map((line) => JSON.parse(line) as JournalEntry);
  }

  faults(): readonly Fault[] {
    const path = join(this.#folder, 'faults.json');
    return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Fault[]) : [];
  }

  setFaults(faults: readonly Fault[]): void {
    const path = join(this.#folder, 'faults.json');
    writeFileSync(`${path}.tmp`, JSON.stringify(faults));
    renameSync(`${path}.tmp`, path);
  }

  /** The next number of a count that all processes share: 1, 2, 3, ... */
  count(name: string): number {
    for (let number = 1; ; number += 1) {
      try {
        writeFileSync(join(this.#folder, `count-${name}-${number}`), '', { flag: 'wx' });
        return number;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }
  }

  #filesOf(key: string): string[] {
    return readdirSync(join(this.#folder, 'objects')).filter(
      (name) => name.startsWith(`${key}.`) && name.endsWith('.json'),
    );
  }

  #load(name: string): LiveObject[] {
    const known = this.#read.get(name);
    if (known !== undefined) return [known];
    try {
      const text = readFileSync(join(this.#folder, 'objects', name), 'utf8');
      const object = JSON.parse(text) as LiveObject;
      this.#read.set(name, object);
      return [object];
    } catch (error) {
      // Another process has removed or rewritten the object since the directory was read.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }
}
