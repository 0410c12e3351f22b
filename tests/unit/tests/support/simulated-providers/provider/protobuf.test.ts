import {
  decodeMessage,
  encodeMessage,
} from '../../../../../support/simulated-providers/provider/protobuf.ts';
import type { Message } from '../../../../../support/simulated-providers/provider/protobuf.ts';

const inner = (): Message => ({ number: { number: 3, type: 'int' } });
const message: Message = {
  text: { number: 1, type: 'string' },
  flag: { number: 2, type: 'bool' },
  size: { number: 3, type: 'int' },
  bytes: { number: 4, type: 'bytes' },
  one: { number: 5, type: inner },
  many: { number: 6, type: inner, form: 'list' },
  named: { number: 17, type: inner, form: 'map' },
};

describe('A message', () => {
  test('has the bytes of the published encoding', () => {
    // The examples of the documentation of Protocol Buffers: field 1 = 150, field 2 = "testing".
    const size: Message = { size: { number: 1, type: 'int' } };
    expect(encodeMessage(size, { size: 150 }).toString('hex')).toBe('089601');
    const text: Message = { text: { number: 2, type: 'string' } };
    expect(encodeMessage(text, { text: 'testing' }).toString('hex')).toBe('120774657374696e67');
  });

  test('is read as it was written', () => {
    const values = {
      text: 'größer',
      flag: true,
      size: 5_000_000_000,
      bytes: Buffer.from([0, 255]),
      one: { number: 0 },
      many: [{ number: 1 }, {}],
    };
    expect(decodeMessage(message, encodeMessage(message, values))).toEqual(values);
  });

  test('leaves out what is absent and skips what the table does not name', () => {
    const bytes = encodeMessage(message, { text: 'a', size: null, one: undefined, flag: true });
    const shorter: Message = { flag: { number: 2, type: 'bool' } };
    expect(decodeMessage(shorter, bytes)).toEqual({ flag: true });
    expect(bytes).toHaveLength(5);
  });

  test('writes a map as entries of key and value', () => {
    const bytes = encodeMessage(message, { named: { a: { number: 7 } } });
    expect(bytes.toString('hex')).toBe('8a0107' + '0a0161' + '12021807');
  });
});
