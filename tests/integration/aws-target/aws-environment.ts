import path from 'node:path';
import { Testing } from '../../../modules/cdk.ts';
import { loadKit } from '../../../modules/config/index.ts';
import type { Size } from '../../../modules/contract/index.ts';
import { AwsStack } from '../../../stacks/aws.ts';
import { ObjectStore, tempDir } from '../../support/index.ts';
import { AccountControl, SimulatedAccount } from '../../support/simulated-providers/index.ts';
import type { JournalEntry } from '../../support/simulated-providers/index.ts';
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
  private seenCount = 0;

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

  /** What happened in the account since the last look. */
  takeJournal(): readonly JournalEntry[] {
    const fresh = this.control.journal().slice(this.seenCount);
    this.seenCount += fresh.length;
    return fresh;
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
