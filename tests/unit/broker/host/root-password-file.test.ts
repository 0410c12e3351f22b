import { chmodSync, existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { takeRootPassword } from '../../../../broker/src/host/index.ts';
import { tempDir } from '../../../support/index.ts';

const newPath = (): string => join(tempDir(), 'root-password');

describe('takeRootPassword', () => {
  test('generates a password of 160 bits and writes it for its owner alone', async () => {
    const path = newPath();
    const { password, origin, isExposed } = await takeRootPassword(path);
    expect(password).toMatch(/^[0-9a-f]{40}$/);
    expect([origin, isExposed]).toEqual(['generated', false]);
    expect(readFileSync(path, 'utf8')).toBe(`${password}\n`);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('generates another one for each installation', async () => {
    const one = await takeRootPassword(newPath());
    expect((await takeRootPassword(newPath())).password).not.toBe(one.password);
  });

  test('takes what is in the file, without the line feed of an editor', async () => {
    const path = newPath();
    writeFileSync(path, ' my own password \r\n', { mode: 0o600 });
    expect(await takeRootPassword(path)).toEqual({
      password: ' my own password ',
      origin: 'file',
      isExposed: false,
    });
    expect(readFileSync(path, 'utf8')).toBe(' my own password \r\n');
  });

  test('gives the same password after a crash between writing it and storing its hash', async () => {
    const path = newPath();
    const { password } = await takeRootPassword(path);
    expect(await takeRootPassword(path)).toMatchObject({ password, origin: 'file' });
  });

  test('says when others may read the file', async () => {
    const path = newPath();
    writeFileSync(path, 'secret word');
    chmodSync(path, 0o640);
    expect((await takeRootPassword(path)).isExposed).toBe(true);
  });

  test('does not take half a password that a crash has left behind', async () => {
    const path = newPath();
    writeFileSync(`${path}.new`, 'ab', { mode: 0o644 });
    const { password, origin } = await takeRootPassword(path);
    expect([password.length, origin]).toEqual([40, 'generated']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(existsSync(`${path}.new`)).toBe(false);
  });

  test.each(['', '\n'])('refuses a file with %j in it', async (content) => {
    const path = newPath();
    writeFileSync(path, content);
    await expect(takeRootPassword(path)).rejects.toMatchObject({
      code: 'ROOT_PASSWORD_FILE',
      message: expect.stringContaining(`${path} can not be used: it is empty`),
    });
  });

  test('says why it can not write the file, and leaves nothing', async () => {
    const folder = tempDir();
    await expect(takeRootPassword(join(folder, 'missing', 'file'))).rejects.toMatchObject({
      code: 'ROOT_PASSWORD_FILE',
      message: expect.stringContaining('ENOENT'),
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('refuses a directory in place of the file', async () => {
    await expect(takeRootPassword(tempDir())).rejects.toMatchObject({
      code: 'ROOT_PASSWORD_FILE',
    });
  });
});
