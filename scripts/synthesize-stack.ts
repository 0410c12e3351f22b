import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App, TerraformStack } from '../modules/cdk.ts';
import { cdktfCommand, KitError, problem } from '../modules/config/index.ts';
import type { Kit } from '../modules/config/index.ts';
import { UninstalledStack } from '../modules/protection/index.ts';
import type { CloudName } from '../modules/protection/index.ts';
import { object } from '../modules/synthesized/index.ts';
import type { Json } from '../modules/synthesized/index.ts';
import { addCloud } from '../stacks/add-cloud.ts';

/**
 * The stack of a cloud as Terraform would read it with the settings of this run; nothing of it is
 * kept. Throws `KitError` where the bindings of the cloud are not installed.
 */
export async function synthesizeStack(kit: Kit, target: CloudName): Promise<Json> {
  const outdir = mkdtempSync(path.join(tmpdir(), 'thebes-synth-'));
  try {
    const app = new App({ outdir });
    addCloud(app, kit, target, cdktfCommand(''));
    const stack = app.node.findChild(target);
    if (stack instanceof UninstalledStack || !TerraformStack.isStack(stack)) {
      throw new KitError([problem('BINDINGS_MISSING', { target })]);
    }
    return object(stack.toTerraform());
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
