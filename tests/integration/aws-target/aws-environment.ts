import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { Testing } from '../../../modules/cdk.ts';
import {
  cloudRecord,
  loadKit,
  readEnvironmentRecord,
  recordAccount,
} from '../../../modules/config/index.ts';
import type { Size } from '../../../modules/contract/index.ts';
import { AwsStack } from '../../../stacks/aws.ts';
import { ObjectStore, tempDir } from '../../support/index.ts';
import {
  AccountControl,
  SimulatedAccount,
  SimulationRun,
  StateFile,
} from '../../support/simulated-providers/index.ts';
import { Checkout, finished } from '../local-target/checkout.ts';
import type { CommandResult, Variables } from '../local-target/checkout.ts';

/** An image that nobody has to build. */
const image = `registry.example/thebes@sha256:${'5'.repeat(64)}`;

/**
 * An environment on a simulated AWS account, worked on as its owner does: by cdktf in a checkout, with
 * `KIT_*` variables, real Terraform, and the state in a bucket.
 */
export class AwsEnvironment {
  readonly checkout = new Checkout('healthy');
  readonly name: string;
  private readonly account: SimulatedAccount;
  private readonly store: ObjectStore;

  private constructor(name: string, account: SimulatedAccount, store: ObjectStore) {
    this.name = name;
    this.account = account;
    this.store = store;
  }

  static async open(name: string): Promise<AwsEnvironment> {
    const store = new ObjectStore();
    await store.start();
    return new AwsEnvironment(name, await SimulatedAccount.open(tempDir()), store);
  }

  /** The settings of a size that nothing is missing of. */
  settings(size: Size, others: Variables = {}): Variables {
    return {
      KIT_ENV: this.name,
      KIT_SIZE: size,
      KIT_ADMIN_CIDRS: '192.0.2.0/24',
      KIT_CLIENT_CIDRS: '198.51.100.0/24,203.0.113.0/24',
      KIT_STATE: 's3://state-of-acme/brokers',
      KIT_IMAGE: image,
      USER: 'ada',
      ...others,
    };
  }

  /** `npx cdktf <words>`, with the settings as variables. */
  async cdktf(words: readonly string[], settings: Variables): Promise<CommandResult> {
    const program = path.join('node_modules', 'cdktf-cli', 'bundle', 'bin', 'cdktf');
    return finished(this.checkout.startNode([program, ...words], this.variables(settings)));
  }

  /** The settings and what leads to the account, which knows then what their stack is made of. */
  variables(settings: Variables): Variables {
    const kit = loadKit({
      config: { environments: {} },
      variables: settings,
      root: this.checkout.root,
    });
    this.account.offer(JSON.parse(Testing.synth(new AwsStack(Testing.app(), kit))) as object);
    return { ...settings, ...this.account.environment(), ...this.store.variables };
  }

  /** The same, where it has to go well; gives what it printed. */
  async succeed(words: readonly string[], settings: Variables): Promise<string> {
    const { code, output } = await this.cdktf(words, settings);
    if (code !== 0) throw new Error(`cdktf ${words.join(' ')} ended with ${code}:\n${output}`);
    return output;
  }

  /** What exists in the account, by type and id. */
  live(): string[] {
    return this.control.live().map(({ type, id }) => `${type} ${id}`);
  }

  /** What a command does to the account, by the addresses that the state has before or after it. */
  async watch(command: () => Promise<unknown>): Promise<SimulationRun> {
    const start = this.control.journal().length;
    const before = this.state;
    await command();
    const states = [new StateFile(() => before), new StateFile(() => this.state)];
    const addresses = new Map(states.flatMap((state) => [...state.addresses()]));
    return new SimulationRun({
      journal: this.control
        .journal()
        .slice(start)
        .map((entry) => {
          const address = addresses.get(entry.key ?? '');
          return address === undefined ? entry : { ...entry, address };
        }),
      live: this.live(),
      outputs: {},
      dependencies: new Map(states.flatMap((state) => [...state.dependencies()])),
    });
  }

  private get state(): string {
    const [state] = [...this.store.objects].filter(([name]) => name.endsWith('aws.tfstate'));
    return state?.[1].toString() ?? '';
  }

  /** Every password that the account was given, and the deployer's own secret. */
  secrets(): string[] {
    const stored = this.control.live().flatMap(({ secrets = {} }) => Object.values(secrets));
    const own = this.store.variables['AWS_SECRET_ACCESS_KEY'] ?? '';
    return [own, ...stored.filter((secret) => typeof secret === 'string')];
  }

  /** Everything that a deploy leaves on the machine and in the bucket, as text. */
  written(): string {
    const files = ['cdktf.out', 'state', 'environments'].flatMap((folder) => {
      const place = path.join(this.checkout.root, folder);
      return existsSync(place) ? readdirSync(place, { recursive: true, withFileTypes: true }) : [];
    });
    const texts = files
      // What Terraform installed is the same for everybody.
      .filter((file) => file.isFile() && !file.parentPath.includes(`${path.sep}providers`))
      .map((file) => readFileSync(path.join(file.parentPath, file.name), 'latin1'));
    const kept = [...this.store.objects.values()].map((object) => object.toString('latin1'));
    return [...texts, ...kept].join('\n');
  }

  /** Whether somebody holds the lock of the state in the bucket. */
  isLocked(): boolean {
    return [...this.store.objects.keys()].some((key) => key.endsWith('.tflock'));
  }

  /** Where Terraform found the provider for AWS. */
  get providerFolder(): string {
    const providers = 'cdktf.out/stacks/aws/.terraform/providers';
    const aws = `registry.terraform.io/hashicorp/aws/6.25.0/${process.platform}_${process.arch === 'arm64' ? 'arm64' : 'amd64'}`;
    return realpathSync(path.join(this.checkout.root, providers, aws));
  }

  /** As if the environment had been deployed to another account than the one that is logged in to. */
  moveTo(account: string): void {
    const place = cloudRecord(this.checkout.root, this.name);
    expect(readEnvironmentRecord(place).targets['aws']?.account).toMatch(/^\d{12}$/);
    recordAccount(place, 'aws', account);
  }

  /** From now on the API of the cluster does not answer. */
  loseCluster(): void {
    this.control.loseClusters();
  }

  /** Somebody deletes the cluster by hand, and with it its nodes. */
  deleteCluster(): void {
    this.control.vanish('aws_eks_*');
  }

  private get control(): AccountControl {
    return new AccountControl(this.account.world);
  }
}
