import { existsSync, readFileSync } from 'node:fs';
import type { Dependencies } from './simulation-run.ts';

interface StateResource {
  readonly mode: string;
  readonly type: string;
  readonly name: string;
  readonly module?: string;
  readonly instances: readonly {
    readonly index_key?: string | number;
    readonly dependencies?: readonly string[];
    /** What the provider keeps with the object: JSON in base64. */
    readonly private?: string;
  }[];
}

interface State {
  readonly resources: readonly StateResource[];
  readonly outputs: Readonly<Record<string, { readonly value: unknown }>>;
}

/** Terraform's own record of what it made; empty text before the first run. */
export class StateFile {
  readonly #read: () => string;

  constructor(read: () => string) {
    this.#read = read;
  }

  /** The state in a file, whatever it is at the time. */
  static at(path: string): StateFile {
    return new StateFile(() => (existsSync(path) ? readFileSync(path, 'utf8') : ''));
  }

  text(): string {
    return this.#read();
  }

  outputs(): Readonly<Record<string, unknown>> {
    const outputs = Object.entries(this.#state().outputs);
    return Object.fromEntries(outputs.map(([name, { value }]) => [name, value]));
  }

  /** Types that the state holds, which their providers must know even when the stack names none any more. */
  types(): readonly string[] {
    const managed = this.#state().resources.filter(({ mode }) => mode === 'managed');
    return [...new Set(managed.map(({ type }) => type))];
  }

  dependencies(): Dependencies {
    return new Map(
      this.#instances().map(({ address, dependencies }) => [address, new Set(dependencies)]),
    );
  }

  /** By the key of each object, by which the journal names it too: its address. */
  addresses(): ReadonlyMap<string, string> {
    return new Map(
      this.#instances().flatMap(({ address, private: kept }) => {
        const text = Buffer.from(kept ?? '', 'base64').toString();
        const { key } = (text === '' ? {} : JSON.parse(text)) as { key?: string };
        return key === undefined ? [] : [[key, address] as const];
      }),
    );
  }

  #instances(): readonly (StateResource['instances'][number] & { readonly address: string })[] {
    return this.#state()
      .resources.filter(({ mode }) => mode === 'managed')
      .flatMap(({ type, name, module, instances }) =>
        instances.map((instance) => {
          const place = module === undefined ? '' : `${module}.`;
          const key = instance.index_key;
          const index = key === undefined ? '' : `[${JSON.stringify(key)}]`;
          return { ...instance, address: `${place}${type}.${name}${index}` };
        }),
      );
  }

  #state(): State {
    const text = this.text();
    return text === '' ? { resources: [], outputs: {} } : (JSON.parse(text) as State);
  }
}
