import type { TargetName } from '../contract/index.ts';

/**
 * Whose business a setting is: a wrong one stops every command (`kit`), the plan of every cloud
 * (`cloud`), or only its target's plan.
 */
export type SettingScope = 'kit' | 'cloud' | TargetName;

/** One thing a user of the kit can set: by a variable, or per environment in kit.config.ts. */
export interface Setting<Value> {
  readonly variable: `KIT_${string}`;
  /** Place below `environments.<name>` in kit.config.ts; null: for one run only, by the variable. */
  readonly place: string | null;
  readonly meaning: string;
  readonly scope: SettingScope;
  readonly fallback: Value;
  /** The fallback in words, where its value does not say it. */
  readonly fallbackText?: string;
  /** What is accepted, in words. */
  readonly accepted: string;
  /** The value, or undefined when it is not accepted. Variables arrive as text. */
  readonly parse: (given: unknown) => Value | undefined;
}

type Naming = Pick<Setting<unknown>, 'variable' | 'place' | 'meaning' | 'scope' | 'fallbackText'>;

/** A setting that is one of a few words. */
export function choice<const Word extends string>(
  naming: Naming,
  words: readonly Word[],
  fallback: NoInfer<Word>,
): Setting<Word> {
  return {
    ...naming,
    fallback,
    accepted: words.join(', '),
    parse: (given) => words.find((word) => word === given),
  };
}

/** A setting that is a whole number. */
export function wholeNumber<Fallback extends number | null>(
  naming: Naming,
  range: { readonly min: number; readonly max: number; readonly fallback: Fallback },
): Setting<number | Fallback> {
  return {
    ...naming,
    fallback: range.fallback,
    accepted: `a whole number from ${range.min} to ${range.max}`,
    parse: (given) => {
      const value = typeof given === 'string' && /^\d+$/.test(given) ? Number(given) : given;
      return Number.isInteger(value) && Number(value) >= range.min && Number(value) <= range.max
        ? Number(value)
        : undefined;
    },
  };
}

/** A setting that is a text of a certain form, or is not given. */
export function optionalText(
  naming: Naming,
  form: { readonly accepted: string; readonly matches: (value: string) => boolean },
): Setting<string | null> {
  return { ...text(naming, form, ''), fallback: null };
}

/** A setting that is several texts: an array in kit.config.ts, parted by commas in a variable. */
export function list(
  naming: Naming,
  form: { readonly accepted: string; readonly matches: (value: string) => boolean },
): Setting<readonly string[]> {
  return {
    ...naming,
    fallback: [],
    accepted: form.accepted,
    parse: (given) => {
      const words: unknown[] | undefined =
        typeof given === 'string' ? given.split(',') : Array.isArray(given) ? given : undefined;
      const texts = words?.map((word) => (typeof word === 'string' ? word.trim() : ''));
      const isAccepted = texts?.every((word) => word !== '' && form.matches(word)) === true;
      // Once each: of two that are equal a cloud would refuse the second.
      return isAccepted ? [...new Set(texts)] : undefined;
    },
  };
}

/** A setting that is read into a value of its own. */
export function parsed<Value extends object | number | null>(
  naming: Naming,
  form: {
    readonly accepted: string;
    readonly parse: (text: string) => Value | undefined;
    readonly fallback: Value;
  },
): Setting<Value> {
  return {
    ...naming,
    fallback: form.fallback,
    accepted: form.accepted,
    parse: (given) => (typeof given === 'string' ? form.parse(given) : undefined),
  };
}

/** A setting that is on or off. */
export function flag(naming: Naming, fallback: boolean): Setting<boolean> {
  const words = new Map<unknown, boolean>([
    ['true', true],
    ['false', false],
    [true, true],
    [false, false],
  ]);
  return { ...naming, fallback, accepted: 'true, false', parse: (given) => words.get(given) };
}

/** A setting that is text of a certain form. */
export function text(
  naming: Naming,
  form: { readonly accepted: string; readonly matches: (value: string) => boolean },
  fallback: string,
): Setting<string> {
  return {
    ...naming,
    fallback,
    accepted: form.accepted,
    parse: (given) => (typeof given === 'string' && form.matches(given) ? given : undefined),
  };
}
