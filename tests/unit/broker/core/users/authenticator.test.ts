import { Authenticator } from '../../../../../broker/src/core/users/index.ts';
import type { Credentials } from '../../../../../broker/src/core/users/index.ts';
import { MemoryMetadataStore } from '../../../../../broker/src/metadata/memory/index.ts';
import { FakeHasher } from '../../../../support/fake-hasher.ts';
import { ManualTime } from '../../../../support/manual-time.ts';

const password = 'correct horse';

async function newAuthenticator(metadata = new MemoryMetadataStore()) {
  const hasher = new FakeHasher();
  const time = new ManualTime();
  const limits = { runningChecksMax: 2, waitingChecksMax: 3 };
  const authenticator = new Authenticator(metadata, hasher, time, limits);
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
      { name: 'root', kind: 'root', passwordHash: 'hash of another horse', createdAtMs },
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

  test('removes a user, and tells who listens', async () => {
    const { authenticator, metadata } = await newAuthenticator();
    const removed: string[] = [];
    authenticator.onRemoved((name) => removed.push(name));
    await authenticator.putUser({ name: 'app', kind: 'application', password });
    expect(await authenticator.deleteUser('app')).toBe(true);
    expect(await authenticator.deleteUser('app')).toBe(false);
    expect(removed).toEqual(['app']);
    expect(await metadata.users()).toEqual([]);
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
