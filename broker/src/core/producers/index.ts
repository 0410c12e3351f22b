export { ProducerRegistry } from './producer-registry.ts';
export type { Producer } from './producer-registry.ts';
