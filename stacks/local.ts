import { TerraformOutput, TerraformStack } from '../modules/cdk.ts';
import type { Construct } from '../modules/cdk.ts';
import { keepStateIn, stateFile } from '../modules/config/index.ts';
import type { Kit } from '../modules/config/index.ts';
import { LocalTarget } from '../modules/local/index.ts';

/** `cdktf deploy local`: a broker on this machine. */
export class LocalStack extends TerraformStack {
  constructor(scope: Construct, kit: Kit) {
    super(scope, 'local');
    keepStateIn(this, stateFile(kit.stateDirectory, 'local'));

    const target = new LocalTarget(this, kit);
    const home = target.home();
    const release = target.release(home.ready);

    for (const [name, value] of Object.entries<string>({ ...release.outputs })) {
      new TerraformOutput(this, name, { value });
    }
  }
}
