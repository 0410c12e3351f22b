import { randomInt } from 'node:crypto';
import type { LiveObject } from '../world/world.ts';
import type { Refusal } from './refusal.ts';
import { apiRefusal } from './refusal.ts';
import { textAt, valueAt } from './values.ts';
import type { ObjectValue, Value } from './values.ts';

/** The values that the provider adds, or why there are none. */
export type Opened = { readonly values: ObjectValue } | { readonly refusal: Refusal };

const letters = 'abcdefghijklmnopqrstuvwxyz';
const alphabets: readonly (readonly [argument: string, alphabet: string])[] = [
  ['lower', letters],
  ['upper', letters.toUpperCase()],
  ['numeric', '0123456789'],
];

function randomPassword(config: Value): ObjectValue {
  const special = textAt(config, 'override_special') ?? '!@#$%&*()-_=+[]{}<>:?';
  const alphabet =
    alphabets
      .filter(([argument]) => valueAt(config, argument) !== false)
      .map(([, characters]) => characters)
      .join('') + (valueAt(config, 'special') === false ? '' : special);
  const length = Number(valueAt(config, 'length'));
  const result = Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
  return { result };
}

/** A version of a secret answers with what was last stored in it, so that its readers agree. */
function secretVersion(config: Value, live: readonly LiveObject[]): Opened {
  const secret = textAt(config, 'secret_id');
  const wanted = textAt(config, 'version_id');
  const version = live.find(
    ({ type, values }) =>
      type === 'aws_secretsmanager_secret_version' &&
      values['secret_id'] === secret &&
      (wanted === undefined || values['version_id'] === wanted),
  );
  if (version === undefined) {
    const refusal = apiRefusal(
      `reading Secrets Manager Secret Version (${secret})`,
      'ResourceNotFoundException',
      "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    );
    return { refusal };
  }
  const stored = version.secrets?.['secret_string_wo'] ?? version.values['secret_string'];
  return {
    values: {
      secret_string: stored as Value,
      version_stages: ['AWSCURRENT'],
      version_id: version.values['version_id'] ?? version.key,
    },
  };
}

/** What an ephemeral resource shows when it is opened. */
export function openEphemeral(type: string, config: Value, live: readonly LiveObject[]): Opened {
  return type === 'random_password'
    ? { values: randomPassword(config) }
    : secretVersion(config, live);
}
