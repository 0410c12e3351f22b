import { parseConnect } from '../../../../../broker/src/protocols/nats/connect-request.ts';
import type { User } from '../../../../../broker/src/core/users/index.ts';
import { identityOf } from '../../../../../broker/src/protocols/nats/identity.ts';

const parse = (value: unknown) => parseConnect(Buffer.from(JSON.stringify(value)));

describe('parseConnect', () => {
  test('reads what each SDK sends', () => {
    expect(
      parse({
        protocol: 1,
        version: '2.29.3',
        lang: 'nats.js',
        verbose: false,
        pedantic: false,
        name: 'id::root',
        user: 'root$1',
        pass: 'secret',
        headers: true,
        no_responders: true,
      }),
    ).toEqual({
      user: 'root$1',
      password: 'secret',
      token: undefined,
      name: 'id::root',
      language: 'nats.js',
      verbose: false,
      echo: true,
      headers: true,
      noResponders: true,
    });
  });

  test('takes what is missing as NATS does', () => {
    expect(parse({})).toEqual({
      user: undefined,
      password: undefined,
      token: undefined,
      name: undefined,
      language: '',
      verbose: true,
      echo: true,
      headers: false,
      noResponders: false,
    });
  });

  test.each(['', '{', '[]', '5', 'null', '{"user":1}', '{"headers":"yes"}', '{"name":{}}'])(
    'rejects %p',
    (text) => {
      expect(parseConnect(Buffer.from(text))).toBeUndefined();
    },
  );

  test('rejects bytes that are not UTF-8', () => {
    expect(parseConnect(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))).toBeUndefined();
  });
});

describe('identityOf', () => {
  const root: User = {
    name: 'root',
    kind: 'root',
    passwordHash: 'hash',
    allowRead: [],
    allowWrite: [],
    createdAtMs: 1,
  };
  const identity = (fields: object) => {
    const request = parse({ headers: true, ...fields });
    return request && identityOf(request, root, 'plain-7');
  };

  test('takes the connection id from the name of a Memphis SDK', () => {
    expect(identity({ name: 'id::root', lang: 'python3' })).toMatchObject({
      user: 'root',
      connectionId: 'id',
      sdkLanguage: 'python',
    });
  });

  test.each([{}, { name: '' }, { name: 'my client' }, { name: '::root' }])(
    'gives a client without one its own: %p',
    (fields) => {
      expect(identity(fields)?.connectionId).toBe('plain-7');
    },
  );

  test('knows no client that wants 503 and cannot read it', () => {
    expect(identity({ no_responders: true })?.noResponders).toBe(true);
    expect(identity({ no_responders: true, headers: false })?.noResponders).toBe(false);
  });
});
