import { problem } from './catalogue.ts';
import type { Environment, KitConfig } from './define-kit.ts';
import { nearestName } from './nearest-name.ts';
import type { Problem } from '../toolchain/index.mjs';
import type { Setting, SettingScope } from './setting.ts';
import { settings } from './settings.ts';
import type { SettingValues } from './settings.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** Every setting's value, the default where it was wrong, and all that was wrong. */
export interface ReadSettings {
  readonly values: SettingValues;
  readonly problems: Readonly<Record<SettingScope, readonly Problem[]>>;
}

/** Reads all settings of one environment and collects every problem instead of stopping at one. */
export function readSettings(
  config: KitConfig,
  environment: string,
  variables: Variables,
): ReadSettings {
  const prefix = `environments.${environment}`;
  const given = flatten(config.environments[environment] ?? {});
  const problems: Record<SettingScope, Problem[]> = {
    kit: [...unknownVariables(variables), ...unknownPlaces(given, prefix)],
    cloud: [],
    local: [],
    aws: [],
  };

  const readOne = (setting: Setting<unknown>): unknown => {
    const fromVariable = variables[setting.variable];
    const fromFile = setting.place === null ? undefined : given.get(setting.place);
    const received = fromVariable ?? fromFile;
    if (received === undefined) return setting.fallback;
    const value = setting.parse(received);
    if (value !== undefined) return value;
    problems[setting.scope].push(
      problem('SETTING_INVALID', {
        meaning: setting.meaning,
        received: JSON.stringify(received),
        source:
          fromVariable === undefined
            ? `${prefix}.${setting.place} in kit.config.ts`
            : setting.variable,
        accepted: setting.accepted,
      }),
    );
    return setting.fallback;
  };
  const entries = Object.entries(settings).map(([name, setting]) => [name, readOne(setting)]);
  return { values: Object.freeze(Object.fromEntries(entries)) as SettingValues, problems };
}

function unknownVariables(variables: Variables): Problem[] {
  const known = ['KIT_ENV', ...Object.values(settings).map((setting) => setting.variable)].sort();
  return Object.keys(variables)
    .filter((name) => name.startsWith('KIT_') && !known.includes(name))
    .map((name) =>
      problem('VARIABLE_UNKNOWN', {
        name,
        known: known.join(', '),
        ...optional('nearest', nearestName(name, known)),
      }),
    );
}

function unknownPlaces(given: ReadonlyMap<string, unknown>, prefix: string): Problem[] {
  const known = Object.values<Setting<unknown>>(settings)
    .map((setting) => setting.place)
    .filter((place) => place !== null);
  return [...given.keys()]
    .filter((place) => !known.includes(place))
    .map((place) =>
      problem('PLACE_UNKNOWN', {
        place: `${prefix}.${place}`,
        known: known.join(', '),
        ...optional('nearest', nearestName(place, known)),
      }),
    );
}

/** `{ size, local: { host } }` as `size` and `local.host`. */
function flatten(environment: Environment): Map<string, unknown> {
  const places = new Map<string, unknown>();
  for (const [key, value] of Object.entries(environment) as [string, unknown][]) {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [inner, innerValue] of Object.entries(value)) {
        places.set(`${key}.${inner}`, innerValue);
      }
    } else {
      places.set(key, value);
    }
  }
  return places;
}

function optional<Key extends string>(key: Key, value: string | undefined) {
  return (value === undefined ? {} : { [key]: value }) as { [K in Key]?: string };
}
