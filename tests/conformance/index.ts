/** What the command of the conformance suites and the drills with SDKs need of them. */
export { prepareSdks } from './harness/prepare-sdks.ts';
export { SdkClient } from './harness/sdk-client.ts';
export { SdkProgram } from './harness/sdk-program.ts';
export { WireTap } from './harness/wire-tap.ts';
export { preparedColumns, sdksOf } from './harness/sdks.ts';
export type { Sdk } from './harness/sdks.ts';
export { showPlanted } from './planted/planted.ts';
export { cellsOf, failing } from './table/cell.ts';
export { brokenFiles, outcomesOf } from './table/outcomes.ts';
export { renderPage } from './table/page.ts';
export { printedTable, verdictLine } from './table/printed.ts';
