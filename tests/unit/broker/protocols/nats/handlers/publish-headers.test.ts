import fc from 'fast-check';
import { isHeaderBlockValid, readHeader } from '../../../../../../broker/src/codecs/nats/index.ts';
import { readPublishHeaders } from '../../../../../../broker/src/protocols/nats/handlers/publish-headers.ts';

function read(block: string, payload = '') {
  return readPublishHeaders(Buffer.from(block + payload), Buffer.byteLength(block));
}

describe('readPublishHeaders', () => {
  test('finds delays in any case, and nothing that only looks like one', () => {
    const block = 'NATS/1.0\r\nDelay: 5s\r\ndelays: 1s\r\ndeliver_at: x\r\nDELIVER-AT:  t \r\n\r\n';
    expect(read(block)?.delays).toEqual([
      { key: 'delay', value: '5s' },
      { key: 'deliver-at', value: 't' },
    ]);
  });

  test('finds the message id among the headers of an SDK', () => {
    const block =
      'NATS/1.0\r\n$memphis_connectionId: c\r\n$memphis_producedBy: p\r\nmsg-id: x 1 \r\n\r\n';
    expect(read(block, 'payload')).toEqual({ messageId: 'x 1', conditions: [], delays: [] });
  });

  test('takes the first of several message ids, and an empty one for none', () => {
    expect(read('NATS/1.0\r\nmsg-id: a\r\nmsg-id: b\r\n\r\n')?.messageId).toBe('a');
    expect(read('NATS/1.0\r\nmsg-id:\r\n\r\n')?.messageId).toBeUndefined();
  });

  test.each(['Msg-Id', 'Nats-Msg-Id', 'msg-ids', 'msg-i', 'xmsg-id'])(
    'does not take %s for the message id',
    (key) => {
      expect(read(`NATS/1.0\r\n${key}: x\r\n\r\n`)).toEqual({
        messageId: undefined,
        conditions: [],
        delays: [],
      });
    },
  );

  test('finds a condition beside the message id, whichever comes first', () => {
    const condition = 'Nats-Expected-Stream: s$1\r\n';
    const expected = {
      messageId: 'x',
      conditions: [{ key: 'Nats-Expected-Stream', value: 's$1' }],
      delays: [],
    };
    expect(read(`NATS/1.0\r\n${condition}msg-id: x\r\n\r\n`)).toEqual(expected);
    expect(read(`NATS/1.0\r\nmsg-id: x\r\n${condition}\r\n`)).toEqual(expected);
  });

  test('does not look into the payload', () => {
    expect(read('NATS/1.0\r\n\r\n', 'msg-id: x\r\n\r\n')?.messageId).toBeUndefined();
  });

  test('accepts what the codec calls valid, nothing else, and finds the same message id', () => {
    const part = fc.constantFrom(
      'NATS/1.0\r\n',
      'NATS/1.0 503\r\n',
      'msg-id: x\r\n',
      'msg-id:y\r\n',
      'm',
      'N',
      'a: b',
      ': ',
      'a b: c\r\n',
      '\r\n',
      '\r',
      '\n',
      ' ',
      '\u007f',
      'größe: 日本\r\n',
    );
    const block = fc
      .tuple(fc.boolean(), fc.array(part, { maxLength: 6 }), fc.boolean())
      .map(
        ([start, parts, end]) =>
          `${start ? 'NATS/1.0\r\n' : ''}${parts.join('')}${end ? '\r\n' : ''}`,
      );
    fc.assert(
      fc.property(block, fc.string(), (text, payload) => {
        const message = Buffer.from(text + payload);
        const headerBytes = Buffer.byteLength(text);
        const headers = readPublishHeaders(message, headerBytes);
        expect(headers !== undefined).toBe(isHeaderBlockValid(message, headerBytes));
        if (headers !== undefined) {
          const expected = readHeader(message, headerBytes, 'msg-id');
          expect(headers.messageId).toBe(expected === '' ? undefined : expected);
        }
      }),
    );
  });
});
