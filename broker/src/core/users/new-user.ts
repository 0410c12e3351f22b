import { utf8Bytes } from '../../foundation/index.ts';
import { BrokerError } from '../errors/index.ts';
import { checkedPattern } from './station-pattern.ts';
import type { UserKind } from './user.ts';

/** A user as somebody wants it to be. */
export interface NewUser {
  readonly name: string;
  readonly kind: UserKind;
  readonly password: string;
  /** Left out, an application user may consume from every station, as in Memphis. */
  readonly allowRead?: readonly string[];
  /** Left out, an application user may produce to every station. */
  readonly allowWrite?: readonly string[];
}

const userNamePattern = /^[A-Za-z0-9_.@-]{1,60}$/;
const passwordBytesMin = 8;
const passwordBytesMax = 512;
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const controlCharacters = /[\u0000-\u001f\u007f]/;

/**
 * The user with its patterns as they are stored. Throws USER_NAME, USER_PASSWORD or STATION_PATTERN.
 */
export function checkedUser(user: NewUser): Required<NewUser> {
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
  return {
    name,
    kind,
    password,
    allowRead: patternsOf(kind, user.allowRead),
    allowWrite: patternsOf(kind, user.allowWrite),
  };
}

function patternsOf(kind: UserKind, patterns: readonly string[] = ['*']): readonly string[] {
  return kind === 'application' ? patterns.map(checkedPattern) : [];
}
