/** Root may do everything; a management user may not produce or consume. */
export type UserKind = 'root' | 'management' | 'application';

/** Somebody who may connect. */
export interface User {
  /** Case counts. */
  readonly name: string;
  readonly kind: UserKind;
  /** As `PasswordHasher.hash` made it; never the password. */
  readonly passwordHash: string;
  readonly createdAtMs: number;
}
