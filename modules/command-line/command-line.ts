import { KitError, problem } from '../config/index.ts';

/** What a command of the kit takes, which is also its help. */
export interface CommandForm {
  /** As it is typed: `npm run doctor`. */
  readonly command: string;
  /** What it does, in a sentence or two. */
  readonly purpose: string;
  readonly words: readonly {
    readonly name: string;
    readonly meaning: string;
    /** What it may be; anything when left out. */
    readonly accepted?: readonly string[];
    /** What it is when it is not given; it has to be given when left out. */
    readonly fallback?: string;
  }[];
  /** `--json` and the like; `--help` is added to them. */
  readonly flags: readonly { readonly name: `--${string}`; readonly meaning: string }[];
}

/** What a command was given, checked. */
export interface CommandLine {
  /** The words by their names. */
  readonly words: Readonly<Record<string, string>>;
  has(flag: `--${string}`): boolean;
}

/** Reads a command line; null where it asks for help. Throws `KitError` with all that is wrong with it. */
export function readCommandLine(form: CommandForm, args: readonly string[]): CommandLine | null {
  if (args.includes('--help')) return null;
  const flags = new Set(args.filter((arg) => arg.startsWith('-')));
  const given = args.filter((arg) => !arg.startsWith('-'));
  const words = form.words.map((word, index) => ({
    ...word,
    value: given[index] ?? word.fallback,
  }));
  const problems = [
    ...[...flags]
      .filter((flag) => !form.flags.some(({ name }) => name === flag))
      .map((flag) => unknown(form, flag)),
    ...given.slice(form.words.length).map((arg) => unknown(form, arg)),
    ...words.flatMap(({ name, accepted, value }) => {
      if (value !== undefined && (accepted ?? [value]).includes(value)) return [];
      const next = usage(form);
      const text = accepted?.join(', ') ?? `<${name}>`;
      return value === undefined
        ? [problem('ARGUMENT_MISSING', { name, accepted: text, next })]
        : [problem('ARGUMENT_INVALID', { name, given: value, accepted: text, next })];
    }),
  ];
  if (problems.length > 0) throw new KitError(problems);
  return {
    words: Object.fromEntries(words.map(({ name, value }) => [name, value ?? ''])),
    has: (flag) => flags.has(flag),
  };
}

/** The help of a command. */
export function helpText(form: CommandForm): string {
  const rows = [
    ...form.words.map(({ name, meaning, accepted, fallback }) => [
      `<${name}>`,
      [
        meaning,
        ...(accepted === undefined ? [] : [`one of ${accepted.join(', ')}`]),
        ...(fallback === undefined ? [] : [`${fallback} when left out`]),
      ].join('; '),
    ]),
    ...form.flags.map(({ name, meaning }) => [name, meaning]),
    ['--help', 'prints this'],
  ];
  const width = Math.max(...rows.map(([name = '']) => name.length));
  return [
    form.purpose,
    '',
    usage(form),
    '',
    ...rows.map(([name = '', meaning]) => `  ${name.padEnd(width)}  ${meaning}`),
    // A target is one of the environment that the settings select.
    ...(form.words.some(({ name }) => name === 'target')
      ? ['', 'Which environment: KIT_ENV, "dev" when it is not set.']
      : []),
  ].join('\n');
}

/** `npm run doctor -- <target> [--json]`. */
function usage({ command, words, flags }: CommandForm): string {
  const shown = [
    ...words.map(({ name, fallback }) => (fallback === undefined ? `<${name}>` : `[<${name}>]`)),
    ...flags.map(({ name }) => `[${name}]`),
  ];
  return [command, '--', ...shown].join(' ');
}

function unknown(form: CommandForm, given: string) {
  const names = form.flags.map(({ name }) => name);
  const accepted = [...form.words.map(({ name }) => `<${name}>`), ...names, '--help'].join(', ');
  return problem('ARGUMENT_UNKNOWN', { given, accepted, next: usage(form) });
}
