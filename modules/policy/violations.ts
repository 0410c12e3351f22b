import { SynthesizedStack } from '../synthesized/index.ts';
import type { Json } from '../synthesized/index.ts';
import type { PolicyFacts, Rule } from './rule.ts';
import { rules } from './rules.ts';

/** A rule that a resource breaks. */
export interface Violation {
  readonly rule: Rule;
  readonly address: string;
  readonly what: string;
}

/** What of a synthesized stack breaks a rule, by rule. */
export function violations(json: Json, facts: PolicyFacts): readonly Violation[] {
  const stack = new SynthesizedStack(json);
  return rules.flatMap((rule) => rule.check(stack, facts).map((finding) => ({ rule, ...finding })));
}
