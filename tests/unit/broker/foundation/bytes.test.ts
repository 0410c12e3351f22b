import {
  allocateUnfilled,
  asBuffer,
  decodeAscii,
  decodeUtf8,
  decodeUtf8Strict,
  encodeUtf8,
  utf8Bytes,
  writeUtf8,
} from '../../../../broker/src/foundation/index.ts';

describe('bytes', () => {
  test('shares memory instead of copying it', () => {
    const bytes = new Uint8Array([1, 2, 3, 4]).subarray(1, 3);
    const buffer = asBuffer(bytes);
    expect([...buffer]).toEqual([2, 3]);
    bytes[0] = 9;
    expect(buffer[0]).toBe(9);
    expect(asBuffer(buffer)).toBe(buffer);
  });

  test('gives out memory that nobody else writes to', () => {
    expect(allocateUnfilled(10).buffer.byteLength).toBe(10);
  });

  test('reads and writes text of every width', () => {
    const text = 'a\u{feff}ß日🦔';
    const bytes = encodeUtf8(text);
    expect(utf8Bytes(text)).toBe(bytes.length);
    expect(decodeUtf8(bytes)).toBe(text);
    expect(decodeUtf8Strict(bytes, 1, bytes.length)).toBe(text.slice(1));
    expect(decodeAscii(encodeUtf8('xabcx'), 1, 4)).toBe('abc');
    const target = allocateUnfilled(bytes.length + 2).fill(0);
    expect(writeUtf8(target, 1, text)).toBe(bytes.length + 1);
    expect(target.subarray(1, -1)).toEqual(bytes);
  });

  test.each([[[0xff]], [[0xc3, 0x28]], [[0xe2, 0x82]], [[0xed, 0xa0, 0x80]]])(
    'tells bytes %j from text, where the tolerant reading replaces them',
    (bytes) => {
      const view = new Uint8Array(bytes);
      expect(decodeUtf8Strict(view, 0, view.length)).toBeUndefined();
      expect(decodeUtf8(view)).toContain('\ufffd');
    },
  );
});
