export type {
  DeadLetter,
  DeadLetterCause,
  DeadLetterTotals,
  DueCopy,
  NewDeadLetter,
  Resend,
} from './dead-letter.ts';
export { DeadLetterCopies } from './dead-letter-copies.ts';
export { DeadLetterRetention } from './dead-letter-retention.ts';
export { DeadLetters } from './dead-letters.ts';
export type { SchemaFailure } from './dead-letters.ts';
export type { ResendParts, ResendProgress, ResendRequest, ResendRun } from './resend-run.ts';
