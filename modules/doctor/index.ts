export { examineAws, examineLocal } from './examine.ts';
export type { Examined } from './examination.ts';
export { realOutside } from './outside.ts';
export type { Outside } from './outside.ts';
export { reportText } from './report.ts';
