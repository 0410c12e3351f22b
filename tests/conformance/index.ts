/** What the command of the conformance suites needs of them. */
export { prepareSdks } from './harness/prepare-sdks.ts';
export { preparedColumns } from './harness/sdks.ts';
export { showPlanted } from './planted/planted.ts';
export { cellsOf, failing } from './table/cell.ts';
export { brokenFiles, outcomesOf } from './table/outcomes.ts';
export { renderPage } from './table/page.ts';
export { printedTable, verdictLine } from './table/printed.ts';
