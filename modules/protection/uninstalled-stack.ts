import { DataResource, TerraformLocal, TerraformStack } from '../cdk.ts';
import type { Construct } from '../cdk.ts';
import { problem } from '../config/index.ts';
import { renderProblem } from '../toolchain/index.mjs';
import type { CloudName } from './guarded-stack.ts';

/**
 * Stands for a cloud whose bindings are not installed (1 GB, which `npm run up` leaves out): cdktf
 * knows the stack, and its plan says what is missing.
 */
export class UninstalledStack extends TerraformStack {
  constructor(scope: Construct, target: CloudName) {
    super(scope, target);
    const problems = new TerraformLocal(this, 'problems', [
      renderProblem(problem('BINDINGS_MISSING', { target })),
    ]);
    new DataResource(this, 'environment', {
      lifecycle: {
        // By way of a local: Terraform rejects a condition that is plainly false.
        precondition: [
          {
            condition: `\${length(${problems.fqn}) == 0}`,
            errorMessage: `\${join("\\n\\n", ${problems.fqn})}`,
          },
        ],
      },
    });
  }
}
