import { PasswordChecks } from '../../../../../broker/src/core/users/password-checks.ts';
import { FakeHasher } from '../../../../support/fake-hasher.ts';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function newChecks() {
  const hasher = new FakeHasher();
  const checks = new PasswordChecks(hasher, { runningChecksMax: 2, waitingChecksMax: 3 });
  const check = (password: string, source = 'a'): Promise<boolean> =>
    checks.check({ key: `key of ${password}`, password, hash: 'hash of right', source });
  return { hasher, check };
}

describe('PasswordChecks', () => {
  test('runs so many checks at a time, in the order of the calls, however they end', async () => {
    const { hasher, check } = newChecks();
    hasher.hold();
    const results = ['a', 'right', 'c', 'd'].map((password) => check(password));
    for (let turn = 0; turn < 4; turn += 1) {
      await settled();
      hasher.releaseOne();
    }
    await settled();
    results.push(check('e'), check('f'), check('g'));
    await settled();
    hasher.release();
    expect(await Promise.all(results)).toEqual([false, true, false, false, false, false, false]);
    expect(hasher.runningMax).toBe(2);
    expect(hasher.checks.map((text) => text.split(' ')[0])).toEqual([
      'a',
      'right',
      'c',
      'd',
      'e',
      'f',
      'g',
    ]);
  });

  test('goes on when a check can not be made', async () => {
    const { hasher, check } = newChecks();
    const verify = hasher.verify.bind(hasher);
    hasher.verify = () => Promise.reject(new Error('planted'));
    const failed = await Promise.allSettled(['a', 'b', 'c'].map((password) => check(password)));
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    hasher.verify = verify;
    expect(await check('right')).toBe(true);
  });

  test('makes the same check anew once it is over', async () => {
    const { hasher, check } = newChecks();
    await check('a');
    await check('a');
    expect(hasher.checks).toHaveLength(2);
  });

  test('gives the next turn to an address that has had none, however many of another wait', async () => {
    const { hasher, check } = newChecks();
    hasher.hold();
    const guesses = Promise.allSettled(['1', '2', '3', '4', '5'].map((guess) => check(guess)));
    await settled();
    const right = check('right', 'b');
    hasher.releaseOne();
    await settled();
    hasher.releaseOne();
    await settled();
    expect(hasher.checks.map((text) => text.split(' ')[0])).toEqual(['1', '2', '3', 'right']);
    hasher.release();
    expect(await right).toBe(true);
    expect((await guesses).map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected', // the newest of the address with most gave way
    ]);
  });

  test('takes new ones again when those that waited are done', async () => {
    const { hasher, check } = newChecks();
    hasher.hold();
    const results = ['a', 'b', 'c', 'd', 'e'].map((password) => check(password));
    await expect(check('f')).rejects.toMatchObject({ code: 'AUTHENTICATION_BUSY' });
    hasher.release();
    await Promise.all(results);
    expect(await check('f')).toBe(false);
  });
});
