import { DataResource, TerraformStack } from '../cdk.ts';
import type { Construct } from '../cdk.ts';
import { problem, refusedBy } from '../config/index.ts';
import type { CloudName } from './guarded-stack.ts';

/**
 * Stands for a cloud whose bindings are not installed (1 GB, which `npm run up` leaves out): cdktf
 * knows the stack, and its plan says what is missing.
 */
export class UninstalledStack extends TerraformStack {
  constructor(scope: Construct, target: CloudName) {
    super(scope, target);
    new DataResource(this, 'environment', {
      lifecycle: refusedBy(this, [problem('BINDINGS_MISSING', { target })]),
    });
  }
}
