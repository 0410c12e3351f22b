export type { DeadLetter, DeadLetterCause } from './dead-letter.ts';
