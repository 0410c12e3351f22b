export { bareCommits, measureBareStore, measurePacedCommits } from './bare-store.ts';
