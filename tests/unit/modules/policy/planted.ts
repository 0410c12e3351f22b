import type { SoundStack } from './sound-stack.ts';

/** A violation: the rule that it breaks, how it gets into a sound stack, and what is found. */
export type Planted = readonly [rule: string, plant: (stack: SoundStack) => void, finding: string];
