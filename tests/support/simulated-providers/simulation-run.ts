import { matchesTarget } from './world/fault.ts';
import type { JournalEntry } from './world/journal.ts';

/** By address: all resources that Terraform knows it to depend on. */
export type Dependencies = ReadonlyMap<string, ReadonlySet<string>>;

interface Step {
  readonly entry: JournalEntry;
  readonly index: number;
}

/** Says in which order things went, and whether by an edge of the graph or by luck. */
export interface OrderAssertion {
  /** Throws unless all of these went, in this run, before each of those did. */
  before(...targets: readonly string[]): void;
  after(...targets: readonly string[]): void;
}

/** What one run of Terraform did to the simulated account. */
export class SimulationRun {
  readonly journal: readonly JournalEntry[];
  /** Addresses of objects that live after the run, sorted. */
  readonly live: readonly string[];
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly #dependencies: Dependencies;

  constructor(facts: {
    readonly journal: readonly JournalEntry[];
    readonly live: readonly string[];
    readonly outputs: Readonly<Record<string, unknown>>;
    readonly dependencies: Dependencies;
  }) {
    this.journal = facts.journal;
    this.live = facts.live;
    this.outputs = facts.outputs;
    this.#dependencies = facts.dependencies;
  }

  get created(): readonly string[] {
    return this.#addresses('create').filter((address) => !this.replaced.includes(address));
  }

  get updated(): readonly string[] {
    return this.#addresses('update');
  }

  get replaced(): readonly string[] {
    const destroyed = this.#addresses('destroy');
    return this.#addresses('create').filter((address) => destroyed.includes(address));
  }

  get destroyed(): readonly string[] {
    const created = this.#addresses('create');
    return this.#addresses('destroy').filter((address) => !created.includes(address));
  }

  /** Order of what was destroyed; `target` is a type or an address, `*` stands for anything. */
  gone(target: string): OrderAssertion {
    return this.#order('destroy', target);
  }

  /** Order of what was created. */
  made(target: string): OrderAssertion {
    return this.#order('create', target);
  }

  #addresses(op: string): readonly string[] {
    const found = this.journal.flatMap((entry) =>
      entry.op === op && entry.address !== undefined ? [entry.address] : [],
    );
    return [...new Set(found)].sort();
  }

  #steps(op: string, target: string): readonly Step[] {
    const steps = this.journal
      .map((entry, index) => ({ entry, index }))
      .filter(({ entry }) => entry.op === op && matchesTarget(target, entry.type, entry.address));
    if (steps.length === 0) {
      throw new Error(`No ${op} of ${target} is in the journal of this run, so it has no order.`);
    }
    return steps;
  }

  #order(op: 'create' | 'destroy', target: string): OrderAssertion {
    return {
      before: (...others) => {
        for (const other of others)
          this.#check(op, this.#steps(op, target), this.#steps(op, other));
      },
      after: (...others) => {
        for (const other of others)
          this.#check(op, this.#steps(op, other), this.#steps(op, target));
      },
    };
  }

  #check(op: 'create' | 'destroy', first: readonly Step[], second: readonly Step[]): void {
    for (const one of first) {
      for (const other of second) {
        const [here, there] = [nameOf(one), nameOf(other)];
        if (one.index > other.index) {
          throw new Error(`${op} of ${there} came before that of ${here}; it must come after it.`);
        }
        // What depends on the other is made later and goes earlier.
        const bound = op === 'destroy' ? this.#depends(here, there) : this.#depends(there, here);
        if (!bound) {
          throw new Error(
            `${op} of ${here} came before that of ${there} by luck: no reference or depends_on joins them.`,
          );
        }
      }
    }
  }

  #depends(address: string, on: string): boolean {
    return this.#dependencies.get(address)?.has(on.replace(/\[.*$/, '')) === true;
  }
}

function nameOf({ entry }: Step): string {
  return entry.address ?? `${entry.type} ${entry.id ?? ''}`;
}
