import fc from 'fast-check';
import { columnText, plainText } from '../../../../../broker/src/metadata/postgres/texts.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc
    .array(fc.constantFrom('\\', 'u', '0', '\0', '\uD800', '\uDC00', 'a'))
    .map((parts) => parts.join('')),
);

describe('columnText', () => {
  test('makes of any text one that Postgres takes, from which the text comes back', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const column = columnText(text);
        expect(column).not.toContain('\0');
        expect(Buffer.from(column).toString()).toBe(column); // no half of a surrogate pair
        expect(plainText(column)).toBe(text);
      }),
    );
  });

  test('leaves what people write as it is', () => {
    expect(columnText('Grüße, 🐪.eu-1')).toBe('Grüße, 🐪.eu-1');
  });
});
