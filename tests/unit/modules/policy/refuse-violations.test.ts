import { refuseViolations } from '../../../../modules/policy/index.ts';
import type { PolicyFacts } from '../../../../modules/policy/index.ts';
import { presets } from '../../../../modules/presets/index.ts';

const facts: PolicyFacts = {
  preset: presets.sandbox,
  clientCidrs: [],
  mayDestroy: false,
  versions: [],
};

describe('refuseViolations', () => {
  test('leaves a stack that keeps every rule as it is', () => {
    const stack = { resource: { terraform_data: { home: { input: 'x' } } } };
    expect(refuseViolations(stack, facts)).toBe(stack);
  });

  test('adds a condition that names what breaks which rule, and leaves the rest as it is', () => {
    const stack = {
      locals: { problems: [] },
      resource: {
        terraform_data: { home: { input: 'x' } },
        aws_ebs_volume: { data: { size: 1 } },
      },
      provider: { aws: [{ default_tags: [{ tags: allTags() }] }] },
    };
    const refused = refuseViolations(stack, facts) as unknown as typeof stack & {
      locals: { policy_violations: string[] };
    };
    expect(refused.locals.problems).toEqual([]);
    expect(refused.locals.policy_violations).toEqual([
      expect.stringMatching(
        /^A resource breaks the policy storage-encrypted\. \(POLICY_VIOLATED\)\n {2}received: aws_ebs_volume\.data: encrypted is not true\n/,
      ),
    ]);
    expect(Object.keys(refused.resource.terraform_data)).toEqual(['home', 'policy_violations']);
    expect(refused.resource.aws_ebs_volume).toEqual(stack.resource.aws_ebs_volume);
  });

  test('takes no text of a violation for an expression', () => {
    const stack = {
      terraform: { required_providers: { aws: { version: '${file("x")} %{if}' } } },
    };
    const refused = refuseViolations(stack, facts) as unknown as {
      locals: { policy_violations: string[] };
    };
    expect(refused.locals.policy_violations[0]).toContain('$${file("x")} %%{if}');
  });
});

function allTags(): Record<string, string> {
  return { 'kit:env': 'dev', 'kit:expires': 'never', 'kit:owner': 'me' };
}
