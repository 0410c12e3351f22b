import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '../temp-dir.ts';
import { makeByController } from './provider/fault-injector.ts';
import { SimulatedAccount } from './simulated-account.ts';
import { SimulationRun } from './simulation-run.ts';
import { readStack, requiredProviders, runnableStack } from './stack-file.ts';
import type { StackSource } from './stack-file.ts';
import { StateFile } from './state-file.ts';
import { Terraform } from './terraform.ts';
import { matchesTarget } from './world/fault.ts';
import type { ControllerMade, Fault } from './world/fault.ts';
import type { JournalEntry } from './world/journal.ts';
import type { LiveObject, World } from './world/world.ts';

export interface SimulateOptions {
  /** `terraform`, which is the default, or `tofu`. */
  readonly binary?: string;
  /** API addresses of clusters that are there before the stack, reachable for whoever knows them. */
  readonly existingClusters?: readonly string[];
  /** Run provisioners, which are commands on this machine; left out by default. */
  readonly provisioners?: boolean;
}

/** What Terraform plans to do. */
export interface PlannedChange {
  /** Of a resource, or `output.<name>`. */
  readonly address: string;
  /** `create`, `update`, `replace`, `delete`, `read`, `remove`, ... in Terraform's words. */
  readonly action: string;
}

/** A fault to plant; see `Fault`. The first matching call is hit unless `nth` says otherwise. */
export type FaultPlan = Omit<Fault, 'name' | 'nth'> & { readonly nth?: number };

/**
 * Runs a synthesized stack with the real Terraform against a simulated account.
 *
 * The account is a directory; plans, states, the order of all calls and what refuses to go are those
 * of Terraform and of the tables in `provider/`. Nothing here speaks to a cloud. All of it is gone when
 * the test file is over.
 */
export async function simulate(
  source: StackSource,
  options: SimulateOptions = {},
): Promise<Simulation> {
  const account = await SimulatedAccount.open(tempDir());
  const simulation = new Simulation(account, options);
  await simulation.change(source);
  for (const endpoint of options.existingClusters ?? []) {
    account.world.put({
      key: randomUUID(),
      type: 'existing_cluster',
      id: endpoint,
      values: { endpoint },
      controllerMade: true,
    });
  }
  return simulation;
}

/** A stack, its state and the account that it lives in. */
export class Simulation {
  readonly #account: SimulatedAccount;
  readonly #options: SimulateOptions;
  readonly #folder = tempDir();
  readonly #terraform: Terraform;
  readonly #state: StateFile;
  #installed = '';

  constructor(account: SimulatedAccount, options: SimulateOptions) {
    this.#account = account;
    this.#options = options;
    this.#state = new StateFile(join(this.#folder, 'terraform.tfstate'));
    this.#terraform = new Terraform({
      binary: options.binary ?? 'terraform',
      folder: this.#folder,
      environment: {
        ...definedVariables(),
        ...account.environment(),
      },
    });
  }

  /** Puts another version of the stack in place of the one before; the state stays. */
  async change(source: StackSource): Promise<void> {
    const stack = readStack(source);
    this.#account.offer(stack);
    const provisioners = this.#options.provisioners ?? false;
    const text = JSON.stringify(runnableStack(stack, { provisioners }));
    writeFileSync(join(this.#folder, 'cdk.tf.json'), text);
    const required = JSON.stringify(requiredProviders(stack));
    if (required === this.#installed) return;
    await this.#terraform.init();
    this.#installed = required;
  }

  /** Throws `TerraformError`, with Terraform's diagnostics, when something was refused. */
  async apply(): Promise<SimulationRun> {
    return this.#run('apply', '-auto-approve');
  }

  async destroy(): Promise<SimulationRun> {
    return this.#run('destroy', '-auto-approve');
  }

  /** What an apply would do now; empty when the account is as the stack says. */
  async plan(): Promise<readonly PlannedChange[]> {
    const messages = await this.#terraform.messages('plan', '-lock=false');
    return messages.flatMap(({ type, change, outputs = {} }) => {
      if (type === 'planned_change' && change !== undefined) {
        return [{ address: change.resource.addr, action: change.action }];
      }
      if (type !== 'outputs') return [];
      return Object.entries(outputs)
        .map(([name, { action }]) => ({ address: `output.${name}`, action: action ?? 'noop' }))
        .filter(({ action }) => action !== 'noop');
    });
  }

  /** Everything that lives in the account, made by Terraform or behind its back. */
  live(): readonly LiveObject[] {
    return this.#world.live().filter(({ type }) => !settings.has(type));
  }

  /** Everything that has happened so far. */
  journal(): readonly JournalEntry[] {
    return this.#world.journal();
  }

  /** The text of the state file. */
  state(): string {
    return this.#state.text();
  }

  /** Lets something go wrong at a call to come. */
  fail(plan: FaultPlan): void {
    const fault: Fault = { nth: 1, ...plan, name: randomUUID() };
    this.#world.setFaults([...this.#world.faults(), fault]);
  }

  /** Takes all planted faults back. */
  heal(): void {
    this.#world.setFaults([]);
    for (const object of this.#world.live()) {
      if (object.type === 'unreachable_clusters') this.#world.remove(object.key);
    }
  }

  /** From now on, until `heal`, no cluster answers. */
  loseClusters(): void {
    const key = randomUUID();
    this.#world.put({ key, type: 'unreachable_clusters', id: key, values: {} });
  }

  /** An object that a controller makes now, holding on to live ones. */
  plant(makes: ControllerMade): LiveObject {
    return makeByController(this.#world, makes);
  }

  /** Removes objects by type or address behind Terraform's back, whoever holds them. */
  vanish(target: string): void {
    const found = this.live().filter(({ type, address }) => matchesTarget(target, type, address));
    if (found.length === 0) throw new Error(`Nothing that lives matches ${target}.`);
    for (const { key, type, id } of found) {
      this.#world.remove(key);
      this.#world.note({ op: 'controller', type, id, key, reason: 'vanished' });
    }
  }

  get #world(): World {
    return this.#account.world;
  }

  async #run(command: string, ...options: readonly string[]): Promise<SimulationRun> {
    const start = this.journal().length;
    const before = this.#state.dependencies();
    await this.#terraform.messages(command, ...options);
    return new SimulationRun({
      journal: this.journal().slice(start),
      live: this.live()
        .map(({ address, type, id }) => address ?? `${type} ${id}`)
        .sort(),
      outputs: this.#state.outputs(),
      dependencies: new Map([...before, ...this.#state.dependencies()]),
    });
  }
}

/** Objects that are settings of the simulation, not things that somebody pays for. */
const settings = new Set(['existing_cluster', 'unreachable_clusters']);

function definedVariables(): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env;
  return { PATH, HOME };
}
