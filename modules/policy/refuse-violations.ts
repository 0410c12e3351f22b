import { problem } from '../config/index.ts';
import { object } from '../synthesized/index.ts';
import type { Json } from '../synthesized/index.ts';
import { renderProblem } from '../toolchain/index.mjs';
import type { PolicyFacts } from './rule.ts';
import { violations } from './violations.ts';

const name = 'policy_violations';

/**
 * The stack, unchanged when it keeps every rule. Otherwise its plan fails and names what breaks
 * which. Not by an error at synthesis: every command of cdktf synthesizes every stack, and one
 * target's violation must not stop another, nor a destroy.
 */
export function refuseViolations(json: Json, facts: PolicyFacts): Json {
  const found = violations(json, facts);
  if (found.length === 0) return json;
  const texts = found.map(({ rule, address, what }) =>
    renderProblem(
      problem('POLICY_VIOLATED', { rule: rule.name, demand: rule.demand, address, what }),
    ),
  );
  const resources = object(json['resource']);
  return {
    ...json,
    // What looks like an expression was one when it was found; here it is a text.
    locals: { ...object(json['locals']), [name]: texts.map(escapeTemplate) },
    resource: {
      ...resources,
      terraform_data: {
        ...object(resources['terraform_data']),
        [name]: {
          lifecycle: {
            // By way of a local: Terraform rejects a condition that is plainly false.
            precondition: [
              {
                condition: `\${length(local.${name}) == 0}`,
                error_message: `\${join("\\n\\n", local.${name})}`,
              },
            ],
          },
        },
      },
    },
  };
}

function escapeTemplate(text: string): string {
  return text.replace(/[$%](?=\{)/g, (sign) => sign + sign);
}
