import { readInitialUsers } from '../../../../../broker/src/core/users/index.ts';

const password = 'correct horse';

function problemsOf(document: unknown): string[] {
  const { users, problems } = readInitialUsers(document);
  expect(users).toEqual([]);
  return problems.map(({ message }) => message);
}

describe('readInitialUsers', () => {
  test('reads the file of Memphis, with permissions where they are given', () => {
    const document = {
      users: {
        mgmt: [{ user: 'boss', password }],
        client: [
          { user: 'everywhere', password },
          {
            user: 'limited',
            password,
            allow_read_permissions: ['in.*'],
            allow_write_permissions: [],
          },
        ],
      },
    };
    expect(readInitialUsers(document)).toEqual({
      users: [
        { name: 'boss', kind: 'management', password },
        { name: 'everywhere', kind: 'application', password },
        { name: 'limited', kind: 'application', password, allowRead: ['in.*'], allowWrite: [] },
      ],
      problems: [],
    });
  });

  test.each([[{}], [{ users: {} }], [{ users: { client: null } }], [{ users: { mgmt: [] } }]])(
    'takes a file without users: %j',
    (document) => {
      expect(readInitialUsers(document)).toEqual({ users: [], problems: [] });
    },
  );

  test.each<[string, unknown, RegExp]>([
    [
      'an empty file',
      null,
      /wrong at the file\. Received: an empty value\. Accepted: a map with users/,
    ],
    ['a list', [], /Received: a list/],
    ['another key', { user: {} }, /wrong at the file: user\. .*Accepted: users\./],
    [
      'another kind',
      { users: { admin: [] } },
      /wrong at users: admin\. .*Accepted: mgmt, client\./,
    ],
    ['no list', { users: { client: { user: 'a' } } }, /wrong at users\.client\. Received: a map/],
    ['a name alone', { users: { client: ['ann'] } }, /users\.client\[0\]\. Received: a string/],
  ])('rejects %s', (_, document, message) => {
    expect(problemsOf(document)).toEqual([expect.stringMatching(message)]);
  });

  test.each<[string, object, RegExp]>([
    ['no password', { user: 'ann' }, /client\[0\]\.password\. Received: nothing\. .*in quotes/],
    ['a number', { user: 'ann', password: 12_345_678 }, /\.password\. Received: a number\./],
    [
      'a weak password',
      { user: 'ann', password: 'short' },
      /password of user ann .*5 bytes \(not shown\)/,
    ],
    ['a name that is none', { user: 'a b', password }, /can not be that of a user\. Received: a b/],
    ['root', { user: 'root', password }, /\[0\]\.user\. Received: root\. .*root is there already/],
    [
      'a misspelt key',
      { user: 'ann', password, allow_read: [] },
      /\[0\]: allow_read\. .*allow_read_permissions/,
    ],
    [
      'one pattern',
      { user: 'ann', password, allow_read_permissions: 'x' },
      /permissions\. Received: a string/,
    ],
    [
      'a pattern that is none',
      { user: 'ann', password, allow_write_permissions: ['a*'] },
      /no pattern .*Received: a\*/,
    ],
  ])('rejects a user with %s in four parts', (_, user, message) => {
    const problems = problemsOf({ users: { client: [user] } });
    expect(problems).toEqual([expect.stringMatching(message)]);
    expect(problems[0]).toMatch(/\. Received: .*\. Accepted: .*\. Next: .*\.$/);
  });

  test('rejects permissions of a management user, who has no use for them', () => {
    const user = { user: 'boss', password, allow_read_permissions: [] };
    expect(problemsOf({ users: { mgmt: [user] } })).toEqual([
      expect.stringMatching(/mgmt\[0\]: allow_read_permissions/),
    ]);
  });

  test('tells everything that is wrong at once, and of names the second one', () => {
    const { users, problems } = readInitialUsers({
      users: {
        mgmt: [{ user: 'ann', password }],
        client: [{ user: 'ann', password }, { user: 'bob' }, { user: 'cid', password: 'x' }],
      },
    });
    expect(users.map(({ name }) => name)).toEqual(['ann']);
    expect(problems).toHaveLength(3);
    expect(problems[0]?.message).toMatch(/client\[0\]\.user\. Received: ann/);
  });

  test('shows no password, whatever is wrong with it', () => {
    const secret = 'secret\u0000';
    const messages = problemsOf({
      users: {
        client: [
          { user: 'ann', password: secret },
          { user: 'bob', password: ['secret'] },
        ],
      },
    });
    expect(messages.join()).not.toContain('secret');
  });
});
