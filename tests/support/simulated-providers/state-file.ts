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
  }[];
}

interface State {
  readonly resources: readonly StateResource[];
  readonly outputs: Readonly<Record<string, { readonly value: unknown }>>;
}

/** Terraform's own file of what it made; empty text before the first run. */
export class StateFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  text(): string {
    return existsSync(this.#path) ? readFileSync(this.#path, 'utf8') : '';
  }

  outputs(): Readonly<Record<string, unknown>> {
    const outputs = Object.entries(this.#read().outputs);
    return Object.fromEntries(outputs.map(([name, { value }]) => [name, value]));
  }

  /** Types that the state holds, which their providers must know even when the stack names none any more. */
  types(): readonly string[] {
    const managed = this.#read().resources.filter(({ mode }) => mode === 'managed');
    return [...new Set(managed.map(({ type }) => type))];
  }

  dependencies(): Dependencies {
    const found = new Map<string, ReadonlySet<string>>();
    for (const { mode, type, name, module, instances } of this.#read().resources) {
      if (mode !== 'managed') continue;
      for (const { index_key: key, dependencies } of instances) {
        const place = module === undefined ? '' : `${module}.`;
        const index = key === undefined ? '' : `[${JSON.stringify(key)}]`;
        found.set(`${place}${type}.${name}${index}`, new Set(dependencies));
      }
    }
    return found;
  }

  #read(): State {
    const text = this.text();
    return text === '' ? { resources: [], outputs: {} } : (JSON.parse(text) as State);
  }
}
