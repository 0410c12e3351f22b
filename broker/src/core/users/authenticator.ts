import { KeyedQueue, utf8Bytes } from '../../foundation/index.ts';
import type { Clock } from '../../foundation/index.ts';
import { BrokerError } from '../errors/index.ts';
import type { MetadataStore, PasswordHasher } from '../ports/index.ts';
import { mayCarry, userNameOf } from './credentials.ts';
import type { Credentials } from './credentials.ts';
import { PasswordChecks } from './password-checks.ts';
import type { PasswordCheckLimits } from './password-checks.ts';
import type { User, UserKind } from './user.ts';

/** The user that every installation has. */
export const rootUserName = 'root';

const userNamePattern = /^[A-Za-z0-9_.@-]{1,60}$/;
const passwordBytesMin = 8;
const passwordBytesMax = 512;
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const controlCharacters = /[\u0000-\u001f\u007f]/;

/**
 * Knows the users and decides who may connect (wire-protocol.md 1.4).
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
  readonly #removedListeners: ((userName: string) => void)[] = [];
  #decoyHash: Promise<string> | undefined;

  constructor(
    metadata: MetadataStore,
    hasher: PasswordHasher,
    clock: Clock,
    limits: PasswordCheckLimits,
  ) {
    this.#metadata = metadata;
    this.#hasher = hasher;
    this.#clock = clock;
    this.#checks = new PasswordChecks(hasher, limits);
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
    const { password, token } = credentials;
    if (credentials.user === undefined || password === undefined || token !== undefined) {
      throw new BrokerError('AUTHORIZATION_VIOLATION');
    }
    const name = userNameOf(credentials.user);
    const user = name === undefined ? undefined : this.#users.get(name);
    if (user === undefined) {
      await this.#verifyDecoy(credentials.user, password);
      throw new BrokerError('AUTHORIZATION_VIOLATION');
    }
    const right = await this.#verify(user, password);
    // The user may have been removed or changed while the check ran.
    const current = this.#users.get(user.name);
    if (right && current !== user && current !== undefined) return this.authenticate(credentials);
    if (
      !right ||
      current === undefined ||
      user.kind === 'management' ||
      !mayCarry(user, credentials.connectionName)
    ) {
      throw new BrokerError('AUTHORIZATION_VIOLATION');
    }
    return user;
  }

  /** Adds the user, or gives the one of that name another password and kind; resolves when that is durable. */
  async putUser(user: { name: string; kind: UserKind; password: string }): Promise<void> {
    const { name, kind, password } = user;
    if (!userNamePattern.test(name)) throw new BrokerError('USER_NAME', { name });
    const bytes = utf8Bytes(password);
    if (bytes < passwordBytesMin || bytes > passwordBytesMax || controlCharacters.test(password)) {
      throw new BrokerError('USER_PASSWORD', {
        name,
        bytes,
        min: passwordBytesMin,
        max: passwordBytesMax,
      });
    }
    const passwordHash = await this.#hasher.hash(password);
    await this.#changes.run([name], async () => {
      const createdAtMs = this.#users.get(name)?.createdAtMs ?? this.#clock.wallMs();
      const record: User = { name, kind, passwordHash, createdAtMs };
      await this.#metadata.putUser(record);
      this.#users.set(name, record);
      this.#remembered.delete(name);
    });
  }

  /** False when there is none of that name. The listeners of `onRemoved` then end its connections. */
  async deleteUser(name: string): Promise<boolean> {
    if (name === rootUserName) throw new BrokerError('USER_ROOT_STAYS');
    return this.#changes.run([name], async () => {
      if (!(await this.#metadata.deleteUser(name))) return false;
      this.#users.delete(name);
      this.#remembered.delete(name);
      for (const listener of this.#removedListeners) listener(name);
      return true;
    });
  }

  /** Is told of each user that is gone. Must not throw. */
  onRemoved(listener: (userName: string) => void): void {
    this.#removedListeners.push(listener);
  }

  async #verify(user: User, password: string): Promise<boolean> {
    // Bound to the hash: once the password changes, what is remembered fits no more.
    const digest = this.#hasher.digest(`${user.passwordHash}\0${password}`);
    if (this.#remembered.get(user.name) === digest) return true;
    const right = await this.#checks.check(digest, password, user.passwordHash);
    if (right && this.#users.get(user.name) === user) this.#remembered.set(user.name, digest);
    return right;
  }

  async #verifyDecoy(user: string, password: string): Promise<void> {
    const hash = await this.#decoyHash;
    if (hash === undefined) return;
    await this.#checks.check(this.#hasher.digest(`${user}\0${password}`), password, hash);
  }
}
