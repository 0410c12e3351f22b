export { examineAws, examineLocal } from './examine.ts';
export type { Examined } from './examination.ts';
export { reportText } from './report.ts';
