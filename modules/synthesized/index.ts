export { block, blocks, object, SynthesizedStack, textsIn } from './synthesized-stack.ts';
export type { Json, SynthesizedResource } from './synthesized-stack.ts';
