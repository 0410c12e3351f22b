export { comparisonLines } from './comparison-lines.ts';
export { consoleLines } from './console-lines.ts';
export { digestOf } from './digest.ts';
export { markdownReport } from './markdown.ts';
export type { RowNotes } from './markdown.ts';
export { recordAsJson } from './run-record.ts';
export type { RunRecord } from './run-record.ts';
export { percentile, spreadOf } from './statistics.ts';
