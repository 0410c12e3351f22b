import { notRules, rules } from '../../modules/policy/index.ts';
import type { Generator } from './generator.ts';

/** Every policy that a synthesized stack is held against, and what is not one. */
export const policiesReference: Generator = {
  path: 'docs/reference/policies.md',
  source: 'modules/policy/rules.ts',
  render() {
    return [
      '# Policies',
      'What holds for every stack of every size. The rules look at what Terraform is going to read, when it is synthesized; a stack that breaks one is refused by its plan, which names the rule and the resource. Other targets, and a destroy, go on.',
      ['| Rule | What holds | Why |', '| --- | --- | --- |', ...rules.map(row)].join('\n'),
      '## Left out',
      'Advice that scanners give for stacks like these, and why it is not taken.',
      ['| Advice | Reason |', '| --- | --- |', ...notRules.map(leftOut)].join('\n'),
    ].join('\n\n');
  },
};

function row({ name, demand, why }: (typeof rules)[number]): string {
  return `| \`${name}\` | ${demand} | ${why} |`;
}

function leftOut({ advice, reason }: (typeof notRules)[number]): string {
  return `| ${advice} | ${reason} |`;
}
