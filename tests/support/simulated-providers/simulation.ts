import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '../temp-dir.ts';
import { AccountControl } from './account-control.ts';
import { SimulatedAccount } from './simulated-account.ts';
import { SimulationRun } from './simulation-run.ts';
import { readStack, requiredProviders, runnableStack } from './stack-file.ts';
import type { StackSource } from './stack-file.ts';
import { StateFile } from './state-file.ts';
import { Terraform, TerraformError } from './terraform.ts';

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
  for (const endpoint of options.existingClusters ?? []) simulation.addCluster(endpoint);
  return simulation;
}

/** A stack, its state and the account that it lives in. */
export class Simulation extends AccountControl {
  readonly #account: SimulatedAccount;
  readonly #options: SimulateOptions;
  readonly #folder = tempDir();
  readonly #terraform: Terraform;
  readonly #state: StateFile;
  #installed = '';

  constructor(account: SimulatedAccount, options: SimulateOptions) {
    super(account.world);
    this.#account = account;
    this.#options = options;
    this.#state = StateFile.at(join(this.#folder, 'terraform.tfstate'));
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
    // On lines of their own, so that a diagnostic shows the argument that it is about.
    const text = JSON.stringify(runnableStack(stack, { provisioners }), null, 1);
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

  /** `terraform untaint <address>`. */
  async untaint(address: string): Promise<void> {
    await this.#terraform.untaint(address);
  }

  /** What an apply would do now; empty when the account is as the stack says. */
  async plan(): Promise<readonly PlannedChange[]> {
    const messages = await this.#terraform.messages('plan', '-lock=false');
    const changes = messages.flatMap(({ type, change, outputs = {} }) => {
      if (type === 'planned_change' && change !== undefined) {
        return [{ address: change.resource.addr, action: change.action }];
      }
      if (type !== 'outputs') return [];
      return Object.entries(outputs)
        .map(([name, { action }]) => ({ address: `output.${name}`, action: action ?? 'noop' }))
        .filter(({ action }) => action !== 'noop');
    });
    return changes.sort((one, other) => one.address.localeCompare(other.address));
  }

  /** The text of the state file. */
  state(): string {
    return this.#state.text();
  }

  /** Terraform names no resource where a destroy was refused; the journal does. */
  #located(error: TerraformError, start: number): TerraformError {
    const refusals = this.journal()
      .slice(start)
      .filter(({ op }) => op === 'refused');
    const diagnostics = error.diagnostics.map((diagnostic) => {
      const reason = `${diagnostic.summary}: ${diagnostic.detail}`;
      const address = refusals.find((entry) => entry.reason === reason)?.address;
      return address === undefined ? diagnostic : { address, ...diagnostic };
    });
    return new TerraformError(error.command, diagnostics, error.output);
  }

  async #run(command: string, ...options: readonly string[]): Promise<SimulationRun> {
    const start = this.journal().length;
    const before = this.#state.dependencies();
    try {
      await this.#terraform.messages(command, ...options);
    } catch (error) {
      throw error instanceof TerraformError ? this.#located(error, start) : error;
    }
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

function definedVariables(): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env;
  return { PATH, HOME };
}
