/** One setting: everything that is known about it, in one place. */
export interface Setting<Value> {
  /** Its name in the environment. */
  readonly environment: string;
  /** What it decides, as a sentence. */
  readonly description: string;
  readonly kind: SettingKind<Value>;
  readonly defaultValue: Value;
  /** The default in words, where the value alone does not say it. */
  readonly defaultText?: string;
}

/** How a value is written. */
export interface SettingKind<Value> {
  /** What is accepted, in words, unit included. */
  readonly accepted: string;
  /** The value, or undefined when the text is none. */
  parse(text: string): Value | undefined;
}

/** A text that is not empty and has no control characters. */
export function text(accepted: string): SettingKind<string> {
  return {
    accepted,
    parse: (value) => (/^[^\p{Cc}]+$/u.test(value) && value.trim() !== '' ? value : undefined),
  };
}

/** A whole number within bounds, both included. */
export function wholeNumber(bounds: {
  readonly min: number;
  readonly max: number;
  readonly unit: string;
}): SettingKind<number> {
  const { min, max, unit } = bounds;
  return {
    accepted: `a whole number from ${min} to ${max}${unit === '' ? '' : ` (${unit})`}`,
    parse(value) {
      if (!/^\d{1,15}$/.test(value)) return undefined;
      const number = Number(value);
      return number >= min && number <= max ? number : undefined;
    },
  };
}

/** A number, or `off` for what is not wanted at all. */
export function orOff(number: SettingKind<number>): SettingKind<number | 'off'> {
  return {
    accepted: `${number.accepted}, or off`,
    parse: (value) => (value === 'off' ? value : number.parse(value)),
  };
}

/** Where web pages may come from: `*`, or origins with commas between them. */
export function webOrigins(): SettingKind<string> {
  return {
    accepted: '*, or origins like https://example.com:8443 with commas between them',
    parse(value) {
      const origins = value.split(',').map((part) => part.trim());
      return origins.every(isOrigin) ? origins.join(',') : undefined;
    },
  };
}

function isOrigin(text: string): boolean {
  return text === '*' || (URL.canParse(text) && new URL(text).origin === text);
}

/** Where several servers are: `host:port`, with commas between them. */
export function hostsWithPorts(): SettingKind<string> {
  const place = /^[\w.-]+:([1-9]\d{0,4})$/;
  return {
    accepted: 'host:port, several with commas between them',
    parse(value) {
      const places = value.split(',').map((part) => part.trim());
      return places.every((part) => Number(place.exec(part)?.[1] ?? Infinity) <= 65_535)
        ? places.join(',')
        : undefined;
    },
  };
}

/** One of a few words. */
export function oneOf<Word extends string>(...words: readonly Word[]): SettingKind<Word> {
  return {
    accepted: words.join(', '),
    parse: (value) => words.find((word) => word === value),
  };
}
