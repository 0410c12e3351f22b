import { Authenticator } from '../../../../../broker/src/core/users/index.ts';
import type { Credentials } from '../../../../../broker/src/core/users/index.ts';
import { MemoryMetadataStore } from '../../../../../broker/src/metadata/memory/index.ts';
import { FakeHasher } from '../../../../support/fake-hasher.ts';
import { ManualTime } from '../../../../support/manual-time.ts';

const password = 'correct horse';

async function newAuthenticator(metadata = new MemoryMetadataStore(), token?: string) {
  const hasher = new FakeHasher();
  const time = new ManualTime();
  const limits = { runningChecksMax: 2, waitingChecksMax: 3 };
  const authenticator = new Authenticator(metadata, hasher, time, limits, token);
  await authenticator.load();
  return { authenticator, hasher, metadata, time };
}

async function withRoot() {
  const parts = await newAuthenticator();
  await parts.authenticator.putUser({ name: 'root', kind: 'root', password });
  return parts;
}

function credentials(changes: Partial<Credentials> = {}): Credentials {
  return {
    user: 'root$1',
    password,
    token: undefined,
    connectionName: 'c0ffee::root',
    address: '192.0.2.1',
    ...changes,
  };
}

const violation = { code: 'AUTHORIZATION_VIOLATION', wireText: 'Authorization Violation' };

describe('Authenticator', () => {
  test.each(['root$1', 'root'])('accepts the right password for %s', async (user) => {
    const { authenticator } = await withRoot();
    await expect(authenticator.authenticate(credentials({ user }))).resolves.toMatchObject({
      name: 'root',
      kind: 'root',
    });
  });

  test.each<[string, Partial<Credentials>]>([
    ['a wrong password', { password: 'wrong' }],
    ['an empty password', { password: '' }],
    ['no password', { password: undefined }],
    ['no user', { user: undefined }],
    ['another account', { user: 'root$2' }],
    ['an empty account', { user: 'root$' }],
    ['a user in other case', { user: 'Root$1', connectionName: 'x::Root' }],
    ['an unknown user', { user: 'ghost', connectionName: 'x::ghost' }],
    ['a name that claims another user', { connectionName: 'x::ghost' }],
    ['a name with a third part', { connectionName: 'x::root::y' }],
    ['a token beside them', { token: 'secret' }],
    ['a token alone', { user: undefined, password: undefined, token: 'root::secret' }],
  ])('refuses %s, always in the same words', async (_, changes) => {
    const { authenticator } = await withRoot();
    await expect(authenticator.authenticate(credentials(changes))).rejects.toMatchObject(violation);
  });

  test.each([undefined, '', 'my plain client', '::root', 'not-a-uuid::ROOT'])(
    'accepts the connection name %j',
    async (connectionName) => {
      const { authenticator } = await withRoot();
      await authenticator.authenticate(credentials({ connectionName }));
    },
  );

  test('lets application users in, management users not', async () => {
    const { authenticator } = await newAuthenticator();
    await authenticator.putUser({ name: 'app', kind: 'application', password });
    await authenticator.putUser({ name: 'boss', kind: 'management', password });
    await authenticator.authenticate(credentials({ user: 'app', connectionName: 'x::app' }));
    const boss = credentials({ user: 'boss', connectionName: 'x::boss' });
    await expect(authenticator.authenticate(boss)).rejects.toMatchObject(violation);
  });

  test('checks a password once and remembers that it was right', async () => {
    const { authenticator, hasher } = await withRoot();
    await authenticator.authenticate(credentials());
    await authenticator.authenticate(credentials({ user: 'root' }));
    expect(hasher.checks).toHaveLength(1);
  });

  test('remembers no wrong password', async () => {
    const { authenticator, hasher } = await withRoot();
    const wrong = credentials({ password: 'wrong' });
    await expect(authenticator.authenticate(wrong)).rejects.toMatchObject(violation);
    await expect(authenticator.authenticate(wrong)).rejects.toMatchObject(violation);
    await authenticator.authenticate(credentials());
    await expect(authenticator.authenticate(wrong)).rejects.toMatchObject(violation);
    expect(hasher.checks).toHaveLength(4);
  });

  test('shares one check among those who bring the same credentials at once', async () => {
    const { authenticator, hasher } = await withRoot();
    hasher.hold();
    const all = Array.from({ length: 50 }, () => authenticator.authenticate(credentials()));
    hasher.release();
    await Promise.all(all);
    expect(hasher.checks).toHaveLength(1);
  });

  test('checks the password of an unknown user too, against a decoy', async () => {
    const { authenticator, hasher } = await withRoot();
    const ghost = credentials({ user: 'ghost$1', connectionName: 'x::ghost' });
    await expect(authenticator.authenticate(ghost)).rejects.toMatchObject(violation);
    expect(hasher.checks).toHaveLength(1);
    expect(hasher.checks[0]).toMatch(/^correct horse = hash of digest/);
  });

  test('refuses further passwords while too many wait, but not those it remembers', async () => {
    const { authenticator, hasher } = await withRoot();
    await authenticator.authenticate(credentials());
    hasher.hold();
    const guesses = Array.from({ length: 6 }, (_, index) =>
      authenticator.authenticate(credentials({ password: `guess ${String(index)}` })),
    );
    const outcomes = Promise.allSettled(guesses);
    await expect(guesses[5]).rejects.toMatchObject({ code: 'AUTHENTICATION_BUSY' });
    await authenticator.authenticate(credentials());
    hasher.release();
    const codes = (await outcomes).map((outcome) =>
      outcome.status === 'rejected' ? (outcome.reason as { code: string }).code : 'accepted',
    );
    expect(codes).toEqual([
      ...Array<string>(5).fill('AUTHORIZATION_VIOLATION'),
      'AUTHENTICATION_BUSY',
    ]);
    expect(hasher.runningMax).toBe(2);
  });

  test('takes a changed password at once, and the old one no more', async () => {
    const { authenticator } = await withRoot();
    await authenticator.authenticate(credentials());
    await authenticator.putUser({ name: 'root', kind: 'root', password: 'another horse' });
    await expect(authenticator.authenticate(credentials())).rejects.toMatchObject(violation);
    await authenticator.authenticate(credentials({ password: 'another horse' }));
  });

  test('refuses the old password also when it is changed during the check', async () => {
    const { authenticator, hasher } = await withRoot();
    hasher.hold();
    const outcome = authenticator.authenticate(credentials());
    await authenticator.putUser({ name: 'root', kind: 'root', password: 'another horse' });
    hasher.release();
    await expect(outcome).rejects.toMatchObject(violation);
  });

  test('does not let a new check share one that began before the password was changed', async () => {
    const { authenticator, hasher } = await withRoot();
    hasher.hold();
    const before = authenticator.authenticate(credentials());
    await authenticator.putUser({ name: 'root', kind: 'root', password: 'another horse' });
    const after = authenticator.authenticate(credentials());
    hasher.release();
    await expect(before).rejects.toMatchObject(violation);
    await expect(after).rejects.toMatchObject(violation);
  });

  test('refuses a user that is removed during the check', async () => {
    const { authenticator, hasher } = await newAuthenticator();
    await authenticator.putUser({ name: 'app', kind: 'application', password });
    hasher.hold();
    const app = credentials({ user: 'app', connectionName: 'x::app' });
    const outcome = authenticator.authenticate(app);
    await authenticator.deleteUser('app');
    hasher.release();
    await expect(outcome).rejects.toMatchObject(violation);
    await expect(authenticator.authenticate(app)).rejects.toMatchObject(violation);
  });

  test('stores a hash and never the password, and keeps when the user came', async () => {
    const { authenticator, metadata, time } = await withRoot();
    const createdAtMs = time.wallMs();
    await time.advance(1000);
    await authenticator.putUser({ name: 'root', kind: 'root', password: 'another horse' });
    expect(await metadata.users()).toEqual([
      {
        name: 'root',
        kind: 'root',
        passwordHash: 'hash of another horse',
        allowRead: [],
        allowWrite: [],
        createdAtMs,
      },
    ]);
  });

  test('changes nothing when the metadata refuse', async () => {
    const { authenticator, metadata } = await withRoot();
    metadata.putUser = () => Promise.reject(new Error('planted'));
    const change = { name: 'root', kind: 'root', password: 'another horse' } as const;
    await expect(authenticator.putUser(change)).rejects.toThrow('planted');
    await authenticator.authenticate(credentials());
  });

  test('has its users after a restart', async () => {
    const { metadata } = await withRoot();
    const { authenticator } = await newAuthenticator(metadata);
    await authenticator.authenticate(credentials());
    expect(authenticator.find('root')).toMatchObject({ kind: 'root' });
    expect(authenticator.find('Root')).toBeUndefined();
  });

  test('tells who listens of a user that is removed or changed, not of a new one', async () => {
    const { authenticator, metadata } = await newAuthenticator();
    const revoked: string[] = [];
    authenticator.onRevoked((name) => revoked.push(name));
    await authenticator.putUser({ name: 'app', kind: 'application', password });
    expect(revoked).toEqual([]);
    await authenticator.putUser({ name: 'app', kind: 'application', password, allowRead: [] });
    expect(revoked).toEqual(['app']);
    expect(await authenticator.deleteUser('app')).toBe(true);
    expect(await authenticator.deleteUser('app')).toBe(false);
    expect(revoked).toEqual(['app', 'app']);
    expect(await metadata.users()).toEqual([]);
  });

  test('stores the stations of an application user, every one unless told otherwise', async () => {
    const { authenticator } = await newAuthenticator();
    await authenticator.putUser({ name: 'free', kind: 'application', password });
    expect(authenticator.find('free')).toMatchObject({ allowRead: ['*'], allowWrite: ['*'] });
    const patterns = { allowRead: ['In.*'], allowWrite: [] };
    await authenticator.putUser({ name: 'tied', kind: 'application', password, ...patterns });
    expect(authenticator.find('tied')).toMatchObject({ allowRead: ['in.*'], allowWrite: [] });
    await authenticator.putUser({ name: 'boss', kind: 'management', password, ...patterns });
    expect(authenticator.find('boss')).toMatchObject({ allowRead: [], allowWrite: [] });
    const wrong = { name: 'bad', kind: 'application', password, allowWrite: ['a*'] } as const;
    await expect(authenticator.putUser(wrong)).rejects.toMatchObject({ code: 'STATION_PATTERN' });
    expect(authenticator.find('bad')).toBeUndefined();
  });

  test('does not remove root', async () => {
    const { authenticator } = await withRoot();
    await expect(authenticator.deleteUser('root')).rejects.toMatchObject({
      code: 'USER_ROOT_STAYS',
    });
    await authenticator.authenticate(credentials());
  });

  test.each(['', 'a b', 'a$1', 'a::b', 'x'.repeat(61), 'ä'])(
    'refuses the user name %j',
    async (name) => {
      const { authenticator } = await newAuthenticator();
      const putting = authenticator.putUser({ name, kind: 'application', password });
      await expect(putting).rejects.toMatchObject({ code: 'USER_NAME' });
    },
  );

  test.each(['', '1234567', 'x'.repeat(513), 'with\nline', 'with\0zero', '\u007f'.repeat(9)])(
    'refuses the password %j without showing it',
    async (bad) => {
      const { authenticator } = await newAuthenticator();
      const putting = authenticator.putUser({ name: 'app', kind: 'application', password: bad });
      const error = await putting.catch((reason: unknown) => reason as Error & { code: string });
      expect(error).toMatchObject({ code: 'USER_PASSWORD' });
      if (bad !== '') expect((error as Error).message).not.toContain(bad);
    },
  );
});

describe('Authenticator with a connection token', () => {
  const token = 'a-token-of-16-characters';
  const address = '192.0.2.1';
  const nobody = { user: undefined, password: undefined, address };
  const native = { ...nobody, token, connectionName: 'c0ffee::app' };
  const plain = { ...native, token: `app::${token}`, connectionName: undefined };

  async function withToken() {
    const parts = await newAuthenticator(new MemoryMetadataStore(), token);
    await parts.authenticator.putUser({ name: 'root', kind: 'root', password });
    await parts.authenticator.putUser({ name: 'app', kind: 'application', password });
    await parts.authenticator.putUser({ name: 'boss', kind: 'management', password });
    return parts;
  }

  test.each<[string, Credentials, string]>([
    ['an SDK', native, 'app'],
    ['an SDK as root', { ...native, connectionName: 'c0ffee::root' }, 'root'],
    ['an SDK that writes the user in capitals', { ...native, connectionName: '::APP' }, 'app'],
    ['a plain client', plain, 'app'],
    ['a plain client with a name', { ...plain, connectionName: 'my client' }, 'app'],
  ])('accepts %s, without a slow check', async (_, given, name) => {
    const { authenticator, hasher } = await withToken();
    await expect(authenticator.authenticate(given)).resolves.toMatchObject({ name });
    expect(hasher.checks).toEqual([]);
  });

  test.each<[string, Credentials]>([
    ['another token', { ...native, token: 'b-token-of-16-characters' }],
    ['an empty token', { ...native, token: '' }],
    ['an unknown user', { ...native, connectionName: 'c0ffee::ghost' }],
    ['a management user', { ...native, connectionName: 'c0ffee::boss' }],
    ['a name with a third part', { ...native, connectionName: 'c0ffee::app::x' }],
    ['an SDK that puts the user into the token', { ...native, token: `app::${token}` }],
    ['a plain client without a user', { ...plain, token }],
    ['a plain client with another token', { ...plain, token: 'app::nonsense' }],
    ['a plain client that is nobody', { ...plain, token: `::${token}` }],
    ['a user and a password', credentials()],
    ['a user beside the token', { ...native, user: 'app$1' }],
    ['a password beside the token', { ...native, password }],
  ])('refuses %s, always in the same words', async (_, given) => {
    const { authenticator } = await withToken();
    await expect(authenticator.authenticate(given)).rejects.toMatchObject(violation);
  });

  test('lets case decide between users that differ in nothing else', async () => {
    const { authenticator } = await withToken();
    await authenticator.putUser({ name: 'App', kind: 'application', password });
    const as = (name: string) =>
      authenticator.authenticate({ ...native, connectionName: `x::${name}` });
    await expect(as('App')).resolves.toMatchObject({ name: 'App' });
    await expect(as('app')).resolves.toMatchObject({ name: 'app' });
    await expect(as('APP')).rejects.toMatchObject(violation);
  });
});
