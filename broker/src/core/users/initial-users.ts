import { BrokerError } from '../errors/index.ts';
import type { ErrorDetails } from '../errors/index.ts';
import { rootUserName } from './authenticator.ts';
import { checkedUser } from './new-user.ts';
import type { NewUser } from './new-user.ts';
import type { UserKind } from './user.ts';

/** Users that a file asks for, and everything that is wrong with it. */
export interface InitialUsers {
  readonly users: readonly NewUser[];
  readonly problems: readonly BrokerError[];
}

/** Memphis's words for them. */
const kinds: Readonly<Record<string, UserKind>> = { mgmt: 'management', client: 'application' };
const fields = ['user', 'password', 'allow_read_permissions', 'allow_write_permissions'] as const;

/**
 * Reads what stood in a file of initial users, in the form of Memphis:
 *
 *     users:
 *       mgmt:   [{ user, password }]
 *       client: [{ user, password, allow_read_permissions: [...], allow_write_permissions: [...] }]
 *
 * Either list may be missing. What is misspelt is a problem, not a user with other rights.
 */
export function readInitialUsers(document: unknown): InitialUsers {
  const reader = new Reader();
  const root = reader.object(document, 'the file', ['users']);
  const lists = reader.object(root['users'] ?? {}, 'users', Object.keys(kinds));
  const users = Object.entries(kinds).flatMap(([word, kind]) =>
    reader
      .list(lists[word], `users.${word}`)
      .flatMap((entry, index) => reader.user(entry, `users.${word}[${String(index)}]`, kind)),
  );
  return { users, problems: reader.problems };
}

class Reader {
  readonly problems: BrokerError[] = [];
  readonly #names = new Set<string>();

  object(value: unknown, place: string, known: readonly string[]): Record<string, unknown> {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.#report({ place, received: kindOf(value), accepted: `a map with ${known.join(', ')}` });
      return {};
    }
    for (const key of Object.keys(value).filter((each) => !known.includes(each))) {
      this.#report({ place: `${place}: ${key}`, received: 'a key', accepted: known.join(', ') });
    }
    return value as Record<string, unknown>;
  }

  list(value: unknown, place: string): readonly unknown[] {
    if (value === undefined || value === null) return [];
    if (Array.isArray(value)) return value;
    this.#report({ place, received: kindOf(value), accepted: 'a list' });
    return [];
  }

  user(entry: unknown, place: string, kind: UserKind): NewUser[] {
    const known = kind === 'application' ? fields : fields.slice(0, 2);
    const problemCount = this.problems.length;
    const values = this.object(entry, place, known);
    if (this.problems.length > problemCount) return [];
    const name = this.#text(values['user'], `${place}.user`);
    const password = this.#text(values['password'], `${place}.password`);
    const allowRead = this.#patterns(values[fields[2]], `${place}.${fields[2]}`);
    const allowWrite = this.#patterns(values[fields[3]], `${place}.${fields[3]}`);
    if (this.problems.length > problemCount) return [];
    if (name === rootUserName || this.#names.has(name)) {
      this.#report({
        place: `${place}.user`,
        received: name,
        accepted: `a name that is not taken; ${rootUserName} is there already`,
      });
      return [];
    }
    this.#names.add(name);
    const user = {
      name,
      kind,
      password,
      ...(allowRead === undefined ? {} : { allowRead }),
      ...(allowWrite === undefined ? {} : { allowWrite }),
    };
    try {
      checkedUser(user);
    } catch (error) {
      if (!(error instanceof BrokerError)) throw error;
      this.problems.push(error);
      return [];
    }
    return [user];
  }

  /** The value is not shown: it may be a password that YAML took for a number. */
  #text(value: unknown, place: string): string {
    if (typeof value === 'string') return value;
    this.#report({ place, received: kindOf(value), accepted: 'a text; put it in quotes' });
    return '';
  }

  #patterns(value: unknown, place: string): readonly string[] | undefined {
    if (value === undefined) return undefined;
    const isList = Array.isArray(value) && value.every((each) => typeof each === 'string');
    if (isList) return value;
    this.#report({
      place,
      received: kindOf(value),
      accepted: 'a list of patterns, each in quotes',
    });
    return [];
  }

  #report(details: ErrorDetails): void {
    this.problems.push(new BrokerError('INITIAL_USER', details));
  }
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'an empty value';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a map' : `a ${typeof value}`;
}
