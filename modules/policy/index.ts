export { refuseViolations } from './refuse-violations.ts';
export type { PolicyFacts, Rule } from './rule.ts';
export { notRules, rules } from './rules.ts';
export { violations } from './violations.ts';
export type { Violation } from './violations.ts';
