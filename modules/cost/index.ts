export { estimate, monthlyEstimateUsd } from './estimate.ts';
export type { CostLine, Estimate } from './estimate.ts';
export type { PriceList } from './price-list.ts';
export { estimateText } from './estimate-text.ts';
export { withEstimate } from './with-estimate.ts';
