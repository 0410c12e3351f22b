import { ScryptPasswordHasher } from '../../../../broker/src/host/index.ts';

// Cheap, so that the tests are; what the broker uses is checked by name below.
const cheap = { cost: 16, blockSize: 1, parallelization: 1 };

describe('ScryptPasswordHasher', () => {
  test('verifies the password it has hashed and no other', async () => {
    const hasher = new ScryptPasswordHasher(cheap);
    const hash = await hasher.hash('correct horse');
    expect(await hasher.verify('correct horse', hash)).toBe(true);
    expect(await hasher.verify('correct horsf', hash)).toBe(false);
    expect(await hasher.verify('', hash)).toBe(false);
  });

  test('salts: the same password never has the same hash', async () => {
    const hasher = new ScryptPasswordHasher(cheap);
    expect(await hasher.hash('horse')).not.toBe(await hasher.hash('horse'));
  });

  test('says in the hash what it cost, and verifies hashes of another cost', async () => {
    const hash = await new ScryptPasswordHasher(cheap).hash('horse');
    expect(hash).toMatch(/^scrypt\$16\$1\$1\$[\w-]{22}\$[\w-]{43}$/);
    expect(await new ScryptPasswordHasher().verify('horse', hash)).toBe(true);
  });

  test('takes 32 MiB for a hash unless told otherwise', async () => {
    expect(await new ScryptPasswordHasher().hash('horse')).toMatch(/^scrypt\$32768\$8\$1\$/);
  });

  test.each(['', 'horse', 'scrypt$16$1$1$c2FsdA$', 'bcrypt$16$1$1$c2FsdA$aGFzaA'])(
    'verifies nothing against %j, which is no hash',
    async (hash) => {
      expect(await new ScryptPasswordHasher(cheap).verify('horse', hash)).toBe(false);
    },
  );

  test('digests alike within a process, with a key that no other has', () => {
    const [one, other] = [new ScryptPasswordHasher(cheap), new ScryptPasswordHasher(cheap)];
    expect(one.digest('horse')).toBe(one.digest('horse'));
    expect(one.digest('horse')).not.toBe(one.digest('house'));
    expect(one.digest('horse')).not.toBe(other.digest('horse'));
  });
});
