/** Root may do everything; a management user may not produce or consume. */
export type UserKind = 'root' | 'management' | 'application';

/** Somebody who may connect. */
export interface User {
  /** Case counts. */
  readonly name: string;
  readonly kind: UserKind;
  /** As `PasswordHasher.hash` made it; never the password. */
  readonly passwordHash: string;
  /** Patterns of the stations that an application user may consume from (`station-pattern.ts`). Of others, empty. */
  readonly allowRead: readonly string[];
  /** The same for those it may produce to, create and remove. */
  readonly allowWrite: readonly string[];
  readonly createdAtMs: number;
}
