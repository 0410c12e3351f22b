import fc from 'fast-check';
import {
  formatHeaders,
  isHeaderBlockValid,
  readHeader,
  readHeaders,
} from '../../../../../broker/src/codecs/nats/index.ts';

const key = fc.oneof(
  fc.constantFrom('msg-id', 'Msg-Id', 'a', 'a@[`{z', 'A`{@[Z'),
  fc.stringMatching(/^[!-9;-~ä日]{1,12}$/),
);
// Blanks around a value are not part of it.
const value = fc
  .string({ unit: 'grapheme', maxLength: 20 })
  .map((text) => text.replace(/[\r\n]/g, '').trim());
const headers = fc.array(fc.record({ key, value }), { maxLength: 8 });

/** Only of ASCII: what is no letter there is the same in every case. */
function lower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

describe('header blocks', () => {
  test('are read back as they were written, and each header found by its key', () => {
    fc.assert(
      fc.property(headers, fc.uint8Array({ maxLength: 40 }), (original, payload) => {
        const block = formatHeaders(original);
        const message = Buffer.concat([block, payload]);
        expect(isHeaderBlockValid(message, block.length)).toBe(true);
        expect(readHeaders(message, block.length)).toEqual(original);
        const asciiKeys = original
          .map((header) => header.key)
          .filter((key) => /^[ -~]+$/.test(key));
        for (const wanted of [...asciiKeys, 'absent']) {
          const first = original.find((header) => header.key === wanted);
          expect(readHeader(message, block.length, wanted)).toBe(first?.value);
          for (const spelling of [wanted.toLowerCase(), wanted.toUpperCase()]) {
            const inAnyCase = original.find((header) => lower(header.key) === lower(wanted));
            const found = readHeader(message, block.length, spelling, 'any-case');
            expect(found).toBe(inAnyCase?.value);
          }
        }
      }),
      { numRuns: 1500 },
    );
  });

  test('are read without throwing from any bytes', () => {
    const piece = fc.oneof(
      fc.constantFrom('NATS/1.0', '\r\n', '\n', '\r', ':', ' ', 'msg-id', 'msg-id: x\r\n', 'é'),
      fc.string({ maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.nat(60), (pieces, headerBytes) => {
        const message = Buffer.from(pieces.join(''));
        const isValid = isHeaderBlockValid(message, headerBytes);
        const bytes = Math.min(headerBytes, message.length);
        const read = readHeaders(message, bytes);
        const first = read.find((header) => header.key === 'msg-id');
        expect(readHeader(message, bytes, 'msg-id')).toBe(first?.value);
        // What is valid is what a client's parser splits without a remainder.
        const text = message.toString('latin1', 0, headerBytes);
        const isPlain = /^NATS\/1\.0\r\n([^\0-\x20\x7f:]+:[^\r\n]*\r\n)*\r\n$/.test(text);
        expect(isValid).toBe(isPlain && headerBytes <= message.length);
      }),
      { numRuns: 4000 },
    );
  });
});
