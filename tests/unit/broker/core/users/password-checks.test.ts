import { PasswordChecks } from '../../../../../broker/src/core/users/password-checks.ts';
import { FakeHasher } from '../../../../support/fake-hasher.ts';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function newChecks() {
  const hasher = new FakeHasher();
  const checks = new PasswordChecks(hasher, { runningChecksMax: 2, waitingChecksMax: 3 });
  const check = (password: string): Promise<boolean> =>
    checks.check(`key of ${password}`, password, 'hash of right');
  return { hasher, check };
}

describe('PasswordChecks', () => {
  test('runs so many checks at a time, in the order of the calls, however they end', async () => {
    const { hasher, check } = newChecks();
    hasher.hold();
    const results = ['a', 'right', 'c', 'd'].map(check);
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
    const failed = await Promise.allSettled(['a', 'b', 'c'].map(check));
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

  test('takes new ones again when those that waited are done', async () => {
    const { hasher, check } = newChecks();
    hasher.hold();
    const results = ['a', 'b', 'c', 'd', 'e'].map(check);
    await expect(check('f')).rejects.toMatchObject({ code: 'AUTHENTICATION_BUSY' });
    hasher.release();
    await Promise.all(results);
    expect(await check('f')).toBe(false);
  });
});
