import type { Capability, EngineAdapter } from './adapter.ts';
import { Bench } from './bench.ts';

type Verdict = 'pass' | 'FAIL' | 'lacks';

/** A part of the contract: declares its behaviours on an adapter. */
export type ContractPart = (contract: ContractSuite) => void;

/**
 * Runs each behaviour of the contract on each adapter and prints adapter × behaviour at the end.
 * A behaviour that needs what an adapter says it lacks stands in the table as lacking, with the
 * adapter's reason below; it is no test of that adapter.
 */
export class ContractSuite {
  readonly #title: string;
  readonly #adapters: readonly EngineAdapter[];
  readonly #verdicts = new Map<string, Map<string, Verdict>>();

  constructor(title: string, adapters: readonly EngineAdapter[]) {
    this.#title = title;
    this.#adapters = adapters;
  }

  /** Declares everything; call it once in the test file. */
  run(parts: readonly ContractPart[]): void {
    for (const part of parts) part(this);
    afterAll(() => process.stdout.write(this.#table()));
  }

  /** One sentence of the contract, checked on a fresh engine of each adapter that can. */
  behaviour(
    sentence: string,
    check: (bench: Bench) => Promise<void>,
    { needs = [] }: { needs?: readonly Capability[] } = {},
  ): void {
    const verdicts = new Map<string, Verdict>();
    if (this.#verdicts.has(sentence)) throw new Error(`Two behaviours are called “${sentence}”`);
    this.#verdicts.set(sentence, verdicts);
    for (const adapter of this.#adapters) {
      if (needs.some((capability) => adapter.capabilities[capability] !== true)) {
        verdicts.set(adapter.name, 'lacks');
        continue;
      }
      test(`${sentence} (engine=${adapter.name})`, async () => {
        verdicts.set(adapter.name, 'FAIL');
        const bench = await Bench.open(adapter);
        try {
          await check(bench);
        } finally {
          await bench.close();
        }
        expect(bench.time.timerCount).toBe(0); // a closed engine leaves no timer running
        verdicts.set(adapter.name, 'pass');
      });
    }
  }

  #table(): string {
    const columns = this.#adapters.map((adapter) => adapter.name);
    const width = Math.max(...[...this.#verdicts.keys()].map((sentence) => sentence.length));
    const lines = [`\n${this.#title}`, row(width, '', columns, columns)];
    const totals = columns.map(() => ({ pass: 0, FAIL: 0, lacks: 0 }));
    for (const [sentence, verdicts] of this.#verdicts) {
      const cells = columns.map((name, index) => {
        const verdict = verdicts.get(name);
        const total = totals[index];
        if (verdict !== undefined && total !== undefined) total[verdict] += 1;
        return verdict ?? 'not run';
      });
      lines.push(row(width, sentence, cells, columns));
    }
    for (const [index, adapter] of this.#adapters.entries()) {
      const total = totals[index];
      lines.push(
        `${adapter.name}: ${String(total?.pass)} passed, ${String(total?.FAIL)} failed, ${String(total?.lacks)} declared as lacking`,
      );
      for (const [capability, reason] of Object.entries(adapter.capabilities)) {
        if (reason !== true) lines.push(`  lacks ${capability}: ${reason}`);
      }
    }
    return `${lines.join('\n')}\n\n`;
  }
}

function row(width: number, sentence: string, cells: readonly string[], names: readonly string[]) {
  const padded = cells.map((cell, index) => cell.padEnd(names[index]?.length ?? 0));
  return `${sentence.padEnd(width)} | ${padded.join(' | ')} |`;
}
