import path from 'node:path';
import { DataResource } from '../cdk.ts';
import type { Construct } from '../cdk.ts';
import { refusedBy } from '../config/index.ts';
import type { Kit } from '../config/index.ts';
import type { Home, Ready, Release, Target } from '../contract/index.ts';
import { sourceHash } from '../image/index.ts';
import { chooseRun } from './choose-run.ts';
import { localHome } from './local-home.ts';
import { localOutputs } from './local-outputs.ts';
import type { RemoveOrder } from './remove-home.ts';
import type { StartOrder } from './start-broker.ts';

// A store of a million messages is to be ready in 2 s (architecture.md, budget); this is for slow disks.
const readyTimeoutMs = 60_000;

/**
 * The target `local`: one broker as a background process of this machine, in two resources.
 *
 * `home` comes first and cannot fail; its destroy provisioner stops whatever runs and removes it.
 * `broker` starts the process. One resource would not do: a start that fails or is interrupted
 * taints it, Terraform skips the destroy provisioner of a tainted resource, and the process would
 * outlive a destroy. For the same reason `broker` needs none: each start stops what ran before.
 */
export class LocalTarget implements Target {
  readonly name = 'local';
  private readonly scope: Construct;
  private readonly kit: Kit;

  constructor(scope: Construct, kit: Kit) {
    this.scope = scope;
    this.kit = kit;
  }

  home(): Home {
    const { stateDirectory, local } = this.kit;
    const order: RemoveOrder = { stateDirectory, keepData: local.keepData };
    const home = new DataResource(this.scope, 'home', {
      input: { environment: this.kit.environment },
      provisioners: [{ ...this.provisioner('remove', order), when: 'destroy' }],
      lifecycle: refusedBy(this.scope, local.problems),
    });
    home.addOverride('provisioner.0.local-exec.quiet', true);
    return { ready: [home] };
  }

  release(after: Ready): Release {
    const { root, stateDirectory, size, local } = this.kit;
    const settings = { host: local.host, ports: local.ports, logLevel: local.logLevel };
    const run = chooseRun(localHome(stateDirectory));
    const order: StartOrder = { root, stateDirectory, size, settings, run, readyTimeoutMs };
    const broker = new DataResource(this.scope, 'broker', {
      dependsOn: [...after],
      triggersReplace: {
        source: sourceHash(path.join(root, 'broker')),
        host: settings.host,
        ports: settings.ports,
        log_level: settings.logLevel,
        run,
      },
      provisioners: [this.provisioner('start', order)],
    });
    broker.addOverride('provisioner.0.local-exec.quiet', true);
    return { ready: [broker], outputs: localOutputs(this.kit) };
  }

  /** Run without a shell: no quoting of paths, and the Node that synthesizes is the Node that runs. */
  private provisioner(act: 'start' | 'remove', order: StartOrder | RemoveOrder) {
    const program = path.join(this.kit.root, 'modules', 'local', 'provisioner.ts');
    return {
      type: 'local-exec' as const,
      interpreter: [process.execPath, '--import', 'tsx', program, act],
      command: JSON.stringify(order),
      workingDir: this.kit.root,
    };
  }
}
