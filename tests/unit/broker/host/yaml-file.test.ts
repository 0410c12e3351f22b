import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readYamlFile } from '../../../../broker/src/host/index.ts';
import { tempDir } from '../../../support/index.ts';

function fileWith(content: string): string {
  const path = join(tempDir(), 'users.yaml');
  writeFileSync(path, content);
  return path;
}

async function complaintAbout(content: string): Promise<string> {
  const error: unknown = await readYamlFile(fileWith(content)).catch((reason: unknown) => reason);
  if (!(error instanceof Error)) throw new Error(`No error for ${content}`);
  expect(error.cause).toBeUndefined(); // it would be logged too
  return error.message;
}

describe('readYamlFile', () => {
  test('reads a document, and nothing of an empty file', async () => {
    expect(await readYamlFile(fileWith('users: {mgmt: [{user: a, password: "*"}]}'))).toEqual({
      users: { mgmt: [{ user: 'a', password: '*' }] },
    });
    expect(await readYamlFile(fileWith(''))).toBeNull();
  });

  test.each([
    ['a list without an end', 'users:\n  - {password: secret\n', /line 3, column 1: /],
    ['a key twice', 'a: secret\na: secret', /line 2, column 1: duplicate key/],
    ['a tab', 'a:\n\t- secret\n', /line 2, column 1: /],
    ['a quote without an end', 'password: "secret', /line 1, column 18: missing char/],
    ['two documents', 'a: secret\n---\nb: secret', /line 2, column 1: multiple docs/],
    ['a character that begins nothing', 'password: @secret', /line 1, column 11: /],
    ['a text that is taken for an alias', 'password: *secret', /put texts in quotes/],
    ['a text that is taken for a tag', 'password: !secret {', /line 1, column 20: /],
  ])('says where %s is, and nothing of what stands there', async (_, content, words) => {
    const complaint = await complaintAbout(content);
    expect(complaint).toMatch(words);
    expect(complaint).not.toContain('secret');
  });
});
