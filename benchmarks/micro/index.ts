export { measureBareStore } from './bare-store.ts';
