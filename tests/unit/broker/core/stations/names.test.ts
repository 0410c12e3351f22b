import fc from 'fast-check';
import {
  checkedName,
  externalName,
  internalName,
} from '../../../../../broker/src/core/stations/index.ts';
import type { NamedThing } from '../../../../../broker/src/core/stations/index.ts';

function wireText(thing: NamedThing, name: string): string {
  try {
    return `accepted: ${checkedName(thing, name)}`;
  } catch (error) {
    return (error as { wireText: string }).wireText;
  }
}

const end = fc.constantFrom(...'abcxyz0189ABCXYZ');
const inner = fc.constantFrom(...'abcxyz0189ABCXYZ._-');
const validName = fc.oneof(
  end,
  fc
    .tuple(end, fc.string({ unit: inner, maxLength: 126 }), end)
    .map(([first, middle, last]) => first + middle + last),
);

describe('checkedName', () => {
  test('refuses in the words that SDKs know', () => {
    expect(wireText('Station', '')).toBe('Station name can not be empty');
    expect(wireText('Producer', 'x'.repeat(129))).toBe('Producer should be under 128 characters');
    expect(wireText('Consumer', 'a b')).toBe(
      "Only alphanumeric and the '_', '-', '.' characters are allowed in Consumer",
    );
    expect(wireText('Schema', '_a')).toBe(
      'Schema name can not start or end with non alphanumeric character',
    );
  });

  test('says the first rule that is broken', () => {
    expect(wireText('Station', '#'.repeat(129))).toBe('Station should be under 128 characters');
    expect(wireText('Station', '_a b_')).toMatch(/^Only alphanumeric/);
  });

  test.each(['a.', '.a', '-a', 'a-', '_', '.', '-', '..'])('refuses %j for its ends', (name) => {
    expect(wireText('Station', name)).toMatch(/can not start or end/);
  });

  // U+212A is the Kelvin sign, whose lower case is the letter k: it must not become another station.
  test.each(['a#b', 'a/b', 'a\nb', 'a$1', 'a*', 'a>', 'ä', '\u212aelvin', 'a\0'])(
    'refuses %j for its characters',
    (name) => {
      expect(wireText('Station', name)).toMatch(/^Only alphanumeric/);
    },
  );

  test('accepts one character and 128 of them', () => {
    expect(checkedName('Station', 'A')).toBe('a');
    expect(checkedName('Station', 'x'.repeat(128))).toHaveLength(128);
  });

  test('lower-cases every valid name and nothing more', () => {
    fc.assert(
      fc.property(validName, (name) => {
        expect(checkedName('Station', name)).toBe(name.toLowerCase());
      }),
    );
  });

  test('accepts what it has accepted before', () => {
    fc.assert(
      fc.property(validName, (name) => {
        const checked = checkedName('Station', name);
        expect(checkedName('Station', checked)).toBe(checked);
      }),
    );
  });

  test('answers any text with a name of allowed characters or a refusal, never another error', () => {
    const any = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.string({ unit: inner, maxLength: 140 }),
    );
    fc.assert(
      fc.property(any, (name) => {
        expect(wireText('Station', name)).toMatch(
          /^accepted: [a-z0-9]([a-z0-9._-]*[a-z0-9])?$|^Station |^Only alphanumeric/,
        );
      }),
    );
  });
});

describe('internalName', () => {
  test('turns all dots of a name into # and externalName turns them back', () => {
    expect(internalName('a.b..c')).toBe('a#b##c');
    fc.assert(
      fc.property(validName, (name) => {
        const internal = internalName(checkedName('Station', name));
        expect(internal).not.toContain('.');
        expect(externalName(internal)).toBe(name.toLowerCase());
      }),
    );
  });
});
