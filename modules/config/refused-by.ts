import { TerraformLocal } from '../cdk.ts';
import type { Construct } from '../cdk.ts';
import type { Problem } from '../toolchain/index.mjs';
import { problemText } from './problem-text.ts';

/**
 * The lifecycle by which a resource fails the plan of its stack while there are problems, with all of
 * them at once; a destroy is not stopped. By way of a local: Terraform rejects a condition that is plainly false.
 */
export function refusedBy(scope: Construct, problems: readonly Problem[]) {
  const told = new TerraformLocal(scope, 'problems', problems.map(problemText));
  return {
    precondition: [
      {
        condition: `\${length(${told.fqn}) == 0}`,
        errorMessage: `\${join("\\n\\n", ${told.fqn})}`,
      },
    ],
  };
}
