import { chmodSync, existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { takeSecret } from '../../../../broker/src/host/index.ts';
import { tempDir } from '../../../support/index.ts';

const newPath = (): string => join(tempDir(), 'secret');
const take = (path: string) => takeSecret(path, 'ROOT_PASSWORD_FILE');

describe('takeSecret', () => {
  test('generates a secret of 160 bits and writes it for its owner alone', async () => {
    const path = newPath();
    const { value, origin, isExposed } = await take(path);
    expect(value).toMatch(/^[0-9a-f]{40}$/);
    expect([origin, isExposed]).toEqual(['generated', false]);
    expect(readFileSync(path, 'utf8')).toBe(`${value}\n`);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('generates another one for each installation', async () => {
    const one = await take(newPath());
    expect((await take(newPath())).value).not.toBe(one.value);
  });

  test('takes what is in the file, without the line feed of an editor', async () => {
    const path = newPath();
    writeFileSync(path, ' my own password \r\n', { mode: 0o600 });
    expect(await take(path)).toEqual({
      value: ' my own password ',
      origin: 'file',
      isExposed: false,
    });
    expect(readFileSync(path, 'utf8')).toBe(' my own password \r\n');
  });

  test('gives the same secret after a crash between writing it and storing its hash', async () => {
    const path = newPath();
    const { value } = await take(path);
    expect(await take(path)).toMatchObject({ value, origin: 'file' });
  });

  test('says when others may read the file', async () => {
    const path = newPath();
    writeFileSync(path, 'secret word');
    chmodSync(path, 0o640);
    expect((await take(path)).isExposed).toBe(true);
  });

  test('does not take half a secret that a crash has left behind', async () => {
    const path = newPath();
    writeFileSync(`${path}.new`, 'ab', { mode: 0o644 });
    const { value, origin } = await take(path);
    expect([value.length, origin]).toEqual([40, 'generated']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(existsSync(`${path}.new`)).toBe(false);
  });

  test.each(['', '\n'])('refuses a file with %j in it', async (content) => {
    const path = newPath();
    writeFileSync(path, content);
    await expect(take(path)).rejects.toMatchObject({
      code: 'ROOT_PASSWORD_FILE',
      message: expect.stringContaining(`${path} can not be used: it is empty`),
    });
  });

  test('says why it can not write the file, and leaves nothing', async () => {
    const folder = tempDir();
    await expect(take(join(folder, 'missing', 'file'))).rejects.toMatchObject({
      code: 'ROOT_PASSWORD_FILE',
      message: expect.stringContaining('ENOENT'),
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('refuses a directory in place of the file', async () => {
    await expect(take(tempDir())).rejects.toMatchObject({
      code: 'ROOT_PASSWORD_FILE',
    });
    await expect(takeSecret(tempDir(), 'CONNECTION_TOKEN_FILE')).rejects.toMatchObject({
      code: 'CONNECTION_TOKEN_FILE',
    });
  });
});
