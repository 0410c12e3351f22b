import type { User } from './user.ts';

/** What a client gives when it connects. */
export interface Credentials {
  /** `name$1` or `name`: there is one account. */
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** The connection token; from a client without a name of the kind below, `<user>::<token>`. */
  readonly token: string | undefined;
  /** `<connection id>::<user>` from a Memphis SDK, any text without `::` from other clients. */
  readonly connectionName: string | undefined;
  /** Where the client is, without its port; empty where that is not known. Addresses take turns. */
  readonly address: string;
}

/** A user, and the token that is to prove that one may be it. */
export interface TokenClaim {
  readonly user: string;
  readonly token: string;
}

const account = '1';
const separator = '::';

/**
 * The name in `name$1` or `name`; undefined for another account (wire-protocol.md 1.4).
 * SDKs first send `name$1` and, when refused, `name`.
 */
export function userNameOf(user: string): string | undefined {
  const dollar = user.lastIndexOf('$');
  if (dollar === -1) return user;
  return user.slice(dollar + 1) === account ? user.slice(0, dollar) : undefined;
}

/** Who a client with a token says it is; undefined for credentials of another kind. */
export function tokenClaimOf(credentials: Credentials): TokenClaim | undefined {
  const { user, password, token, connectionName } = credentials;
  if (token === undefined || user !== undefined || password !== undefined) return undefined;
  const [, named, ...more] = (connectionName ?? '').split(separator);
  if (more.length > 0) return undefined;
  if (named !== undefined) return { user: named, token };
  const end = token.indexOf(separator);
  if (end === -1) return undefined;
  return { user: token.slice(0, end), token: token.slice(end + separator.length) };
}

/**
 * Whether a connection name may be carried by this user: an SDK's names its user, without regard to case, and
 * no name has a third part.
 */
export function mayCarry(user: User, connectionName: string | undefined): boolean {
  const parts = (connectionName ?? '').split(separator);
  if (parts.length === 1) return true;
  return parts.length === 2 && parts[1]?.toLowerCase() === user.name.toLowerCase();
}
