import type { MetadataStore, StationEngineParts } from '../../../broker/src/core/ports/index.ts';
import type { Station } from '../../../broker/src/core/stations/index.ts';
import type { Capabilities, MetadataAdapter, MetadataHome } from './adapters.ts';

type Verdict = 'pass' | 'FAIL' | 'lacks';

/** The engine's part as the contract sees it: which stations it was told to have, and to remove. */
class RecordedEngineParts implements StationEngineParts {
  readonly provisioned: number[] = [];
  readonly removed: number[] = [];
  failure: Error | undefined;

  provision(station: Station): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    this.provisioned.push(station.id);
    return Promise.resolve();
  }

  remove(stationId: number): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    this.removed.push(stationId);
    return Promise.resolve();
  }
}

/** A fresh store and what a behaviour needs beside it. */
export class Bench {
  readonly engine = new RecordedEngineParts();
  readonly home: MetadataHome;
  metadata: MetadataStore;

  constructor(home: MetadataHome, metadata: MetadataStore) {
    this.home = home;
    this.metadata = metadata;
  }

  /** As after a restart of the process: opened again and recovered. */
  async restart(): Promise<void> {
    this.metadata = await this.home.open();
    await this.metadata.recover(this.engine);
  }
}

/** Runs each behaviour on each adapter and prints adapter × behaviour at the end. */
export class MetadataSuite {
  readonly #adapters: readonly MetadataAdapter[];
  readonly #verdicts = new Map<string, Verdict[]>();

  constructor(adapters: readonly MetadataAdapter[]) {
    this.#adapters = adapters;
    afterAll(() => process.stdout.write(this.#table()));
  }

  /** One sentence of the contract; adapters that lack what it needs stand in the table as lacking. */
  behaviour(
    sentence: string,
    check: (bench: Bench) => Promise<void>,
    { needs = [] }: { needs?: readonly (keyof Capabilities)[] } = {},
  ): void {
    const verdicts: Verdict[] = [];
    this.#verdicts.set(sentence, verdicts);
    for (const [index, adapter] of this.#adapters.entries()) {
      if (needs.some((capability) => adapter.capabilities[capability] !== true)) {
        verdicts[index] = 'lacks';
        continue;
      }
      test(`${sentence} (metadata=${adapter.name})`, async () => {
        verdicts[index] = 'FAIL';
        const home = adapter.createHome();
        try {
          const bench = new Bench(home, await home.open());
          await bench.metadata.recover(bench.engine);
          await check(bench);
          await bench.metadata.close();
        } finally {
          await home.close();
        }
        verdicts[index] = 'pass';
      });
    }
  }

  #table(): string {
    const width = Math.max(...[...this.#verdicts.keys()].map((sentence) => sentence.length));
    const names = this.#adapters.map((adapter) => adapter.name);
    const line = (sentence: string, cells: readonly string[]): string =>
      `${sentence.padEnd(width)} | ${cells.map((cell, index) => cell.padEnd(names[index]?.length ?? 0)).join(' | ')} |`;
    const rows = [...this.#verdicts].map(([sentence, verdicts]) =>
      line(
        sentence,
        names.map((_, index) => verdicts[index] ?? 'not run'),
      ),
    );
    const lacks = this.#adapters.flatMap((adapter) =>
      Object.entries(adapter.capabilities)
        .filter(([, reason]) => reason !== true)
        .map(([capability, reason]) => `${adapter.name} lacks ${capability}: ${String(reason)}`),
    );
    return `\nMetadataStore: adapter × behaviour\n${[line('', names), ...rows, ...lacks].join('\n')}\n\n`;
  }
}
