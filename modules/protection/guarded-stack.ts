import path from 'node:path';
import { DataResource, TerraformOutput, TerraformStack } from '../cdk.ts';
import type { Construct } from '../cdk.ts';
import { cloudRecord, keepCloudStateIn, refusedBy, stateFile } from '../config/index.ts';
import type { CloudSettings, Kit } from '../config/index.ts';
import type { Ready, ReleaseOutputs, SupportedVersion, TargetName } from '../contract/index.ts';
import { withEstimate } from '../cost/index.ts';
import { refuseViolations } from '../policy/index.ts';
import { forgottenCluster } from './forgotten-cluster.ts';
import type { AccountOrder, ForgetOrder, RememberOrder } from './record-target.ts';

/** A cloud among the targets. */
export type CloudName = Exclude<TargetName, 'local'>;

/**
 * What every cloud's stack begins with: where its state is, what keeps it from being deployed with
 * settings that do not go together, what keeps it from being destroyed by mistake, and what takes
 * its record away when it is gone.
 */
export abstract class GuardedStack extends TerraformStack {
  /** To be made before anything of the cloud, so that it is destroyed behind all of it. */
  protected readonly begun: Ready;
  private readonly settings: CloudSettings;
  private readonly recorded: DataResource;

  constructor(scope: Construct, kit: Kit, target: CloudName) {
    super(scope, target);
    const settings = kit[target];
    this.settings = settings;
    keepCloudStateIn(this, {
      place: settings.state,
      file: stateFile(kit.stateDirectory, target),
      environment: kit.environment,
      region: settings.region,
    });
    const environment = this.environment(kit, target);
    this.recorded = this.record(kit, target, environment);
    this.lock(environment);
    this.begun = [environment];
  }

  /** The versions that it asks for by number, with their ends. */
  protected readonly versions: readonly SupportedVersion[] = [];

  /**
   * The stack as Terraform reads it: what was in a cluster that is gone is forgotten in it, and what
   * breaks a policy is refused by its plan.
   */
  override toTerraform(): unknown {
    const { forgetsCluster, preset, clientCidrs, mayDestroy } = this.settings;
    const synthesized = super.toTerraform() as Record<string, unknown>;
    const json = forgetsCluster ? forgottenCluster(synthesized) : synthesized;
    const { versions } = this;
    return refuseViolations(withEstimate(json), { preset, clientCidrs, mayDestroy, versions });
  }

  /** What a deploy ends with. Of the stack itself: deeper down cdktf would lengthen the names by a hash. */
  protected show(outputs: ReleaseOutputs): void {
    for (const [name, value] of Object.entries<string>({ ...outputs })) {
      new TerraformOutput(this, name, { value });
    }
  }

  /**
   * Keeps in the record which account the environment is in. With the login of another one Terraform would
   * find nothing, and a destroy would forget everything and leave it there.
   */
  protected keepAccount(kit: Kit, target: CloudName, account: string): void {
    const order = { place: cloudRecord(kit.root, kit.environment), target, account };
    const resource = new DataResource(this, 'account', {
      input: { id: account },
      dependsOn: [this.recorded],
      lifecycle: { ignoreChanges: ['input'] },
      provisioners: [this.provisioner(kit, 'account', order)],
    });
    resource.addOverride('provisioner.0.local-exec.quiet', true);
  }

  /** Comes first and cannot fail, so that its destroy provisioner runs, last of all. */
  private environment(kit: Kit, target: CloudName): DataResource {
    const place = cloudRecord(kit.root, kit.environment);
    const environment = new DataResource(this, 'environment', {
      input: { name: kit.environment },
      provisioners: [{ ...this.provisioner(kit, 'forget', { place, target }), when: 'destroy' }],
      lifecycle: refusedBy(this, this.settings.problems),
    });
    environment.addOverride('provisioner.0.local-exec.quiet', true);
    return environment;
  }

  /** Writes the record anew whenever what it says has changed. */
  private record(kit: Kit, target: CloudName, environment: DataResource): DataResource {
    const { record } = this.settings;
    // Learnt later and kept by itself; a plan that follows must not show it as a change.
    const facts = Object.entries(record).filter(([name]) => name !== 'account');
    const order = { place: cloudRecord(kit.root, kit.environment), target, record };
    const resource = new DataResource(this, 'record', {
      dependsOn: [environment],
      triggersReplace: Object.fromEntries(facts),
      provisioners: [this.provisioner(kit, 'remember', order)],
    });
    resource.addOverride('provisioner.0.local-exec.quiet', true);
    return resource;
  }

  /** Run without a shell: no quoting of paths, and the Node that synthesizes is the Node that runs. */
  private provisioner(
    kit: Kit,
    act: 'remember' | 'account' | 'forget',
    order: RememberOrder | AccountOrder | ForgetOrder,
  ) {
    const program = path.join(kit.root, 'modules', 'protection', 'provisioner.ts');
    return {
      type: 'local-exec' as const,
      interpreter: [process.execPath, '--import', 'tsx', program, act],
      command: JSON.stringify(order),
      workingDir: kit.root,
    };
  }

  /** Terraform refuses a plan that destroys the lock, and with it every destroy of the stack. */
  private lock(environment: DataResource): void {
    const { preset, mayDestroy } = this.settings;
    if (!preset.protection.stackLock) return;
    new DataResource(this, 'lock', {
      input: { destroyed_by: 'KIT_ALLOW_DESTROY=<environment> on cdktf destroy' },
      dependsOn: [environment],
      lifecycle: { preventDestroy: !mayDestroy },
    });
  }
}
