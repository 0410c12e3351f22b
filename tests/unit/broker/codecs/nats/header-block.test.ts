import {
  formatHeaders,
  isHeaderBlockValid,
  readHeader,
  readHeaders,
  replaceHeaders,
} from '../../../../../broker/src/codecs/nats/index.ts';

const block =
  'NATS/1.0\r\n$memphis_connectionId: 0b5d\r\nmsg-id:  a b \r\nMsg-Id: no\r\nempty:\r\nmsg-id: later\r\n\r\n';

function read(text: string, key: string, payload = ''): string | undefined {
  return readHeader(Buffer.from(text + payload), Buffer.byteLength(text), key);
}

describe('readHeader', () => {
  test('gives the value of the first header with exactly that key, without blanks around it', () => {
    expect(read(block, 'msg-id')).toBe('a b');
    expect(read(block, 'Msg-Id')).toBe('no');
    expect(read(block, 'empty')).toBe('');
  });

  test('gives nothing where the key is absent, in another case, or part of another', () => {
    expect(read(block, 'MSG-ID')).toBeUndefined();
    expect(read(block, 'msg')).toBeUndefined();
    expect(read(block, 'sg-id')).toBeUndefined();
    expect(read('NATS/1.0\r\n\r\n', 'msg-id')).toBeUndefined();
    expect(read('', 'msg-id')).toBeUndefined();
  });

  test('gives the first one whose key differs in nothing but case, where it is asked to', () => {
    const inAnyCase = (text: string, key: string): string | undefined =>
      readHeader(Buffer.from(text), text.length, key, 'any-case');
    expect(inAnyCase(block, 'MSG-ID')).toBe('a b');
    expect(inAnyCase(block, 'Empty')).toBe('');
    expect(inAnyCase(block, 'msg')).toBeUndefined();
    // These differ by the same bit as upper and lower case, and are no letters.
    expect(inAnyCase('NATS/1.0\r\n@[]^_: x\r\n\r\n', '`{}~\x7f')).toBeUndefined();
    expect(inAnyCase('NATS/1.0\r\nk-1: x\r\n\r\n', 'k\r1')).toBeUndefined();
  });

  test('does not look into the payload', () => {
    expect(read('NATS/1.0\r\na: b\r\n\r\n', 'msg-id', '\r\nmsg-id: x\r\n')).toBeUndefined();
  });

  test('reads values as UTF-8', () => {
    expect(read('NATS/1.0\r\nk: größe 日本\r\n\r\n', 'k')).toBe('größe 日本');
  });

  test.each([
    'NATS/1.0',
    'NATS/1.0\r\nk',
    'NATS/1.0\r\nk:',
    'NATS/1.0\r\nk: v',
    '\n\n',
    'k: v\r\n',
  ])('survives the broken block %j', (text) => {
    expect(() => readHeaders(Buffer.from(text), text.length)).not.toThrow();
    expect(() => read(text, 'k')).not.toThrow();
  });
});

describe('readHeaders', () => {
  test('gives every header in order, repeated ones too', () => {
    const bytes = Buffer.from(`${block}payload: no\r\n`);
    expect(readHeaders(bytes, block.length)).toEqual([
      { key: '$memphis_connectionId', value: '0b5d' },
      { key: 'msg-id', value: 'a b' },
      { key: 'Msg-Id', value: 'no' },
      { key: 'empty', value: '' },
      { key: 'msg-id', value: 'later' },
    ]);
  });
});

describe('formatHeaders', () => {
  test('writes what clients write', () => {
    const bytes = formatHeaders([
      { key: 'a', value: 'b' },
      { key: 'c', value: 'größe' },
    ]);
    expect(Buffer.from(bytes).toString()).toBe('NATS/1.0\r\na: b\r\nc: größe\r\n\r\n');
    expect(Buffer.from(formatHeaders([])).toString()).toBe('NATS/1.0\r\n\r\n');
  });

  test('lets no value end its line', () => {
    const bytes = formatHeaders([{ key: 'a', value: 'b\r\nevil: c' }]);
    expect(readHeaders(bytes, bytes.length)).toEqual([{ key: 'a', value: 'b  evil: c' }]);
  });
});

describe('replaceHeaders', () => {
  const headers = [
    { key: 'a', value: '1' },
    { key: 'b', value: '2' },
    { key: 'a', value: '3' },
  ];

  test('puts the new value in the first place of its key and leaves the others out', () => {
    expect(replaceHeaders(headers, [{ key: 'a', value: 'x' }])).toEqual([
      { key: 'a', value: 'x' },
      { key: 'b', value: '2' },
    ]);
  });

  test('puts a new key at the end', () => {
    expect(replaceHeaders(headers, [{ key: 'c', value: 'x' }])).toEqual([
      ...headers,
      { key: 'c', value: 'x' },
    ]);
  });
});

describe('isHeaderBlockValid', () => {
  const isValid = (text: string): boolean =>
    isHeaderBlockValid(Buffer.from(`${text}payload`), Buffer.byteLength(text));

  test.each([
    'NATS/1.0\r\n\r\n',
    'NATS/1.0\r\na: b\r\n\r\n',
    'NATS/1.0\r\na:\r\nb: c: d\r\n\r\n',
    'NATS/1.0\r\ngröße: ü\r\n\r\n',
    block,
  ])('takes %j', (text) => {
    expect(isValid(text)).toBe(true);
  });

  test.each([
    '',
    'NATS/1.0\r\n',
    'NATS/1.1\r\n\r\n',
    'nats/1.0\r\n\r\n',
    'NATS/1.0 503\r\n\r\n',
    'NATS/1.0\n\n',
    'NATS/1.0\r\na: b\r\n',
    'NATS/1.0\r\na: b\n\r\n',
    'NATS/1.0\r\na: b\rc\r\n\r\n',
    'NATS/1.0\r\na\r\n\r\n',
    'NATS/1.0\r\n: b\r\n\r\n',
    'NATS/1.0\r\na b: c\r\n\r\n',
    'NATS/1.0\r\n a: c\r\n\r\n',
    'NATS/1.0\r\na : c\r\n\r\n',
    'NATS/1.0\r\na\x01: c\r\n\r\n',
    'NATS/1.0\r\na\x7f: c\r\n\r\n',
    'NATS/1.0\r\n\r\n\r\n',
    'NATS/1.0\r\na: b\r\n\r',
    'NATS/1.0\r\n\r\na: b\r\n\r\n',
  ])('refuses %j', (text) => {
    expect(isValid(text)).toBe(false);
  });

  test('refuses a block that is longer than the message', () => {
    expect(isHeaderBlockValid(Buffer.from('NATS/1.0\r\n\r\n'), 13)).toBe(false);
  });
});
