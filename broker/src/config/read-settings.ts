import { join } from 'node:path';
import { BrokerError } from '../core/errors/index.ts';
import { nearestName } from './nearest-name.ts';
import type { Setting } from './setting.ts';
import {
  connectionTokenFileName,
  defaultText,
  rootPasswordFileName,
  schema,
  settingRows,
} from './settings.ts';
import type { Settings } from './settings.ts';
import { SettingsError } from './settings-error.ts';

const prefix = 'THEBES_';

/**
 * The settings in an environment, with defaults for the rest, frozen.
 *
 * Throws SettingsError with everything that is wrong: values that a setting can not have, and names with
 * the prefix THEBES_ that are no setting, because a mistyped one would silently do nothing.
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const problems = unknownNames(environment);
  const values: Record<string, string | number> = {};
  for (const [key, setting] of Object.entries<Setting<string | number>>(schema)) {
    const given = environment[setting.environment];
    const value = given === undefined ? setting.defaultValue : setting.kind.parse(given);
    if (value === undefined) problems.push(wrongValue(setting, given ?? ''));
    else values[key] = value;
  }
  problems.push(...missingForTls(values), ...wrongForPostgres(values), ...wrongForNats(values));
  if (problems.length > 0) throw new SettingsError(problems);
  const settings = values as Settings;
  const { dataDir, rootPasswordFile, connectionTokenFile } = settings;
  return Object.freeze({
    ...settings,
    rootPasswordFile: rootPasswordFile || join(dataDir, rootPasswordFileName),
    connectionTokenFile: connectionTokenFile || join(dataDir, connectionTokenFileName),
  });
}

/** A certificate is of no use without its key, nor is asking for certificates without knowing authorities. */
function missingForTls(values: Partial<Settings>): BrokerError[] {
  const { tlsCertificateFile, tlsKeyFile, tlsAuthorityFile, tlsClientCertificates } = values;
  const problems: BrokerError[] = [];
  if (tlsCertificateFile !== '' && tlsKeyFile === '') {
    problems.push(missing('tlsKeyFile', 'tlsCertificateFile'));
  }
  if (tlsCertificateFile === '' && tlsKeyFile !== '') {
    problems.push(missing('tlsCertificateFile', 'tlsKeyFile'));
  }
  if (tlsClientCertificates !== 'off' && tlsClientCertificates !== undefined) {
    if (tlsAuthorityFile === '') {
      problems.push(missing('tlsAuthorityFile', 'tlsClientCertificates'));
    }
    if (tlsCertificateFile === '' && tlsKeyFile === '') {
      problems.push(missing('tlsCertificateFile', 'tlsClientCertificates'));
    }
  }
  return problems;
}

/** Postgres has to be somewhere, and what is said of it has to be meant. */
function wrongForPostgres(values: Partial<Settings>): BrokerError[] {
  const { metadata, engine, postgresHost, postgresTls, postgresAuthorityFile } = values;
  const problems: BrokerError[] = [];
  if (metadata === 'postgres' && postgresHost === '') {
    problems.push(missing('postgresHost', 'metadata'));
  }
  if (metadata === 'embedded' && postgresHost !== '') {
    problems.push(missing('metadata', 'postgresHost'));
  }
  if (metadata === 'postgres' && engine === 'memory') {
    problems.push(conflict(values, 'metadata', 'engine', 'stations of an engine that keeps them'));
  }
  if (postgresTls === 'off' && postgresAuthorityFile !== '') {
    const accepted = 'a CA file for a connection that is encrypted';
    problems.push(conflict(values, 'postgresTls', 'postgresAuthorityFile', accepted));
  }
  return problems;
}

/** The kit deploys larger sizes with these settings already; the engine that will read them is not built yet. */
function wrongForNats({ engine, natsServers }: Partial<Settings>): BrokerError[] {
  if (engine === 'jetstream') {
    return [new BrokerError('ENGINE_NOT_BUILT', { name: schema.engine.environment, engine })];
  }
  return natsServers === '' || natsServers === undefined ? [] : [missing('engine', 'natsServers')];
}

function missing(name: keyof typeof schema, because: keyof typeof schema): BrokerError {
  return new BrokerError('SETTING_MISSING', {
    name: schema[name].environment,
    because: schema[because].environment,
  });
}

function conflict(
  values: Partial<Settings>,
  name: keyof typeof schema,
  other: keyof typeof schema,
  accepted: string,
): BrokerError {
  return new BrokerError('SETTING_CONFLICT', {
    name: schema[name].environment,
    value: values[name] ?? '',
    other: schema[other].environment,
    otherValue: values[other] ?? '',
    accepted,
  });
}

/** Their values are not shown: somebody may have put a password there. */
function unknownNames(environment: Readonly<Record<string, string | undefined>>): BrokerError[] {
  const known = settingRows().map((setting) => setting.environment);
  return Object.keys(environment)
    .filter((name) => name.startsWith(prefix) && !known.includes(name))
    .sort()
    .map((name) => {
      const nearest = nearestName(name, known);
      const next =
        nearest === undefined
          ? 'remove it, or look for the one you mean with --help'
          : `set ${nearest} if that is what you mean, or remove it`;
      return new BrokerError('SETTING_UNKNOWN', { name, next });
    });
}

function wrongValue(setting: Setting<string | number>, given: string): BrokerError {
  return new BrokerError('SETTING_VALUE', {
    name: setting.environment,
    value: given === '' ? 'an empty text' : given,
    accepted: setting.kind.accepted,
    default: defaultText(setting),
  });
}
