import { KeyedQueue } from '../../foundation/index.ts';
import type { Clock } from '../../foundation/index.ts';
import { BrokerError } from '../errors/index.ts';
import type { MetadataStore, PasswordHasher } from '../ports/index.ts';
import { mayCarry, tokenClaimOf, userNameOf } from './credentials.ts';
import type { Credentials } from './credentials.ts';
import { checkedUser } from './new-user.ts';
import type { NewUser } from './new-user.ts';
import { PasswordChecks } from './password-checks.ts';
import type { PasswordCheckLimits } from './password-checks.ts';
import type { User } from './user.ts';

/** The user that every installation has. */
export const rootUserName = 'root';

/**
 * Knows the users and decides who may connect (wire-protocol.md 1.4): with a password or, where
 * the installation has a connection token, with that and the name of a user. Never with both.
 *
 * A check costs tens of milliseconds by intention, so a successful one is remembered under a keyed
 * digest until its user changes. A user that does not exist is checked too, against a decoy:
 * how long a refusal takes says nothing about which names there are.
 */
export class Authenticator {
  readonly #metadata: MetadataStore;
  readonly #hasher: PasswordHasher;
  readonly #clock: Clock;
  readonly #checks: PasswordChecks;
  readonly #users = new Map<string, User>();
  readonly #changes = new KeyedQueue();
  /** Per user the digest of the password that was right. */
  readonly #remembered = new Map<string, string>();
  readonly #revokedListeners: ((userName: string) => void)[] = [];
  readonly #tokenDigest: string | undefined;
  #decoyHash: Promise<string> | undefined;

  constructor(
    metadata: MetadataStore,
    hasher: PasswordHasher,
    clock: Clock,
    limits: PasswordCheckLimits,
    connectionToken?: string,
  ) {
    this.#metadata = metadata;
    this.#hasher = hasher;
    this.#clock = clock;
    this.#checks = new PasswordChecks(hasher, limits);
    if (connectionToken !== undefined) this.#tokenDigest = digestOf(hasher, connectionToken);
  }

  /** Reads the users. Once, before anybody connects: an early refusal would stop SDKs for good. */
  async load(): Promise<void> {
    for (const user of await this.#metadata.users()) this.#users.set(user.name, user);
    // Not awaited: it takes as long as a check, and start-up need not. Who needs it waits for it.
    this.#decoyHash = this.#hasher.hash(this.#hasher.digest('decoy'));
    this.#decoyHash.catch(() => undefined); // met again by whoever awaits it
  }

  /** Case counts. */
  find(name: string): User | undefined {
    return this.#users.get(name);
  }

  /**
   * The user whose credentials these are.
   *
   * Rejects with AUTHORIZATION_VIOLATION, whatever is wrong with them, and with AUTHENTICATION_BUSY
   * when too many checks wait.
   */
  async authenticate(credentials: Credentials): Promise<User> {
    const user =
      this.#tokenDigest === undefined
        ? await this.#byPassword(credentials)
        : this.#byToken(credentials, this.#tokenDigest);
    if (user === undefined || user.kind === 'management') {
      throw new BrokerError('AUTHORIZATION_VIOLATION');
    }
    return user;
  }

  /**
   * Adds the user, or replaces the one of that name, whose connections are then ended by the
   * listeners of `onRevoked`. Resolves when that is durable. Rejects with USER_NAME, USER_PASSWORD or STATION_PATTERN.
   */
  async putUser(user: NewUser): Promise<void> {
    const { name, kind, password, allowRead, allowWrite } = checkedUser(user);
    const passwordHash = await this.#hasher.hash(password);
    await this.#changes.run([name], async () => {
      const known = this.#users.get(name);
      const createdAtMs = known?.createdAtMs ?? this.#clock.wallMs();
      const record: User = { name, kind, passwordHash, allowRead, allowWrite, createdAtMs };
      await this.#metadata.putUser(record);
      this.#users.set(name, record);
      this.#remembered.delete(name);
      if (known !== undefined) this.#revoke(name);
    });
  }

  /** False when there is none of that name. The listeners of `onRevoked` then end its connections. */
  async deleteUser(name: string): Promise<boolean> {
    if (name === rootUserName) throw new BrokerError('USER_ROOT_STAYS');
    return this.#changes.run([name], async () => {
      if (!(await this.#metadata.deleteUser(name))) return false;
      this.#users.delete(name);
      this.#remembered.delete(name);
      this.#revoke(name);
      return true;
    });
  }

  /**
   * Is told of each user that is gone or is not what it was: what its connections were allowed may
   * not be allowed any more. Must not throw.
   */
  onRevoked(listener: (userName: string) => void): void {
    this.#revokedListeners.push(listener);
  }

  #revoke(userName: string): void {
    for (const listener of this.#revokedListeners) listener(userName);
  }

  async #byPassword(credentials: Credentials): Promise<User | undefined> {
    const { password, token, connectionName, address } = credentials;
    if (credentials.user === undefined || password === undefined || token !== undefined) {
      return undefined;
    }
    const name = userNameOf(credentials.user);
    const user = name === undefined ? undefined : this.#users.get(name);
    if (user === undefined) {
      await this.#verifyDecoy(credentials.user, password, address);
      return undefined;
    }
    const isRight = await this.#verify(user, password, address);
    // The user may have been removed or changed while the check ran.
    const current = this.#users.get(user.name);
    if (isRight && current !== user && current !== undefined) return this.#byPassword(credentials);
    return isRight && current !== undefined && mayCarry(user, connectionName) ? user : undefined;
  }

  /** One keyed digest, not a slow hash: a token can not be guessed, and nothing of it is stored. */
  #byToken(credentials: Credentials, tokenDigest: string): User | undefined {
    const claim = tokenClaimOf(credentials);
    if (claim === undefined || digestOf(this.#hasher, claim.token) !== tokenDigest)
      return undefined;
    const exact = this.#users.get(claim.user);
    if (exact !== undefined) return exact;
    // Case does not count with a token (observed, wire-protocol.md 1.4), unless it has to.
    const lower = claim.user.toLowerCase();
    const [only, ...more] = [...this.#users.values()].filter(
      (user) => user.name.toLowerCase() === lower,
    );
    return more.length === 0 ? only : undefined;
  }

  async #verify(user: User, password: string, source: string): Promise<boolean> {
    // Bound to the hash: once the password changes, what is remembered fits no more.
    const hash = user.passwordHash;
    const key = this.#hasher.digest(`${hash}\0${password}`);
    if (this.#remembered.get(user.name) === key) return true;
    const right = await this.#checks.check({ key, password, hash, source });
    if (right && this.#users.get(user.name) === user) this.#remembered.set(user.name, key);
    return right;
  }

  async #verifyDecoy(user: string, password: string, source: string): Promise<void> {
    const hash = await this.#decoyHash;
    if (hash === undefined) return;
    const key = this.#hasher.digest(`${user}\0${password}`);
    await this.#checks.check({ key, password, hash, source });
  }
}

/** Set apart from the digests of passwords. */
function digestOf(hasher: PasswordHasher, token: string): string {
  return hasher.digest(`token\0${token}`);
}
