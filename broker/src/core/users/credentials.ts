import type { User } from './user.ts';

/** What a client gives when it connects. */
export interface Credentials {
  /** `name$1` or `name`: there is one account. */
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** Refused: this broker knows users and passwords only. */
  readonly token: string | undefined;
  /** `<connection id>::<user>` from a Memphis SDK, any text without `::` from other clients. */
  readonly connectionName: string | undefined;
}

const account = '1';

/**
 * The name in `name$1` or `name`; undefined for another account (wire-protocol.md 1.4).
 * SDKs first send `name$1` and, when refused, `name`.
 */
export function userNameOf(user: string): string | undefined {
  const dollar = user.lastIndexOf('$');
  if (dollar === -1) return user;
  return user.slice(dollar + 1) === account ? user.slice(0, dollar) : undefined;
}

/**
 * Whether a connection name may be carried by this user: an SDK's names its user, without regard to case, and
 * no name has a third part.
 */
export function mayCarry(user: User, connectionName: string | undefined): boolean {
  const parts = (connectionName ?? '').split('::');
  if (parts.length === 1) return true;
  return parts.length === 2 && parts[1]?.toLowerCase() === user.name.toLowerCase();
}
