export { summarizePlan } from './plan-summary.ts';
export type { PlannedAct, PlannedChange, PlanSummary } from './plan-summary.ts';
export { planText } from './plan-text.ts';
