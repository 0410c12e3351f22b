export { helpText, readCommandLine } from './command-line.ts';
export type { CommandForm, CommandLine } from './command-line.ts';
