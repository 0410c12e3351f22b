import { appendFileSync, cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { imageTag } from '../../../../modules/image/image-tag.ts';
import { tempDir } from '../../../support/index.ts';

const files: Readonly<Record<string, string>> = {
  '.dockerignore': '*\n!package.json\n!package-lock.json\n!broker/package.json\n!broker/src\n',
  'package.json': '{"name": "thebes"}',
  'package-lock.json': JSON.stringify({
    packages: {
      broker: { dependencies: { a: '1.0.0' } },
      'node_modules/a': { version: '1.0.0' },
      'node_modules/kit': { version: '1.0.0' },
    },
  }),
  'broker/package.json': '{"name": "broker"}',
  'broker/Dockerfile': 'FROM node:24-slim',
  'broker/src/main.ts': 'run();',
  'broker/dist/main.js': 'built',
};

let root: string;

beforeEach(() => {
  root = tempDir();
  for (const [file, content] of Object.entries(files)) write(file, content);
});

function write(file: string, content: string): void {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), content);
}

function lockedAs(place: string, version: string): string {
  return (files['package-lock.json'] ?? '').replace(
    `"${place}":{"version":"1.0.0"}`,
    `"${place}":{"version":"${version}"}`,
  );
}

describe('imageTag', () => {
  test('is src- and twelve hexadecimal digits, the same for the same content elsewhere', () => {
    const elsewhere = tempDir();
    cpSync(root, elsewhere, { recursive: true });
    const tag = imageTag(root, 'linux/arm64');
    expect(tag).toMatch(/^src-[0-9a-f]{12}$/);
    expect(imageTag(elsewhere, 'linux/arm64')).toBe(tag);
  });

  test.each([
    ['a source file', () => appendFileSync(path.join(root, 'broker/src/main.ts'), '// more')],
    ['a new file', () => write('broker/src/second.ts', '')],
    ['the Dockerfile, which .dockerignore leaves out', () => write('broker/Dockerfile', 'FROM x')],
    ['a package of the broker', () => write('package-lock.json', lockedAs('node_modules/a', '2'))],
  ])('is another one after a change of %s', (_, change) => {
    const before = imageTag(root, 'linux/arm64');
    change();
    expect(imageTag(root, 'linux/arm64')).not.toBe(before);
  });

  test.each([
    ['a built file', () => write('broker/dist/main.js', 'built again')],
    ['a file that the build is not sent', () => write('stacks/aws.ts', 'new')],
    ['a package of the kit', () => write('package-lock.json', lockedAs('node_modules/kit', '2'))],
  ])('is not another one after a change of %s', (_, change) => {
    const before = imageTag(root, 'linux/arm64');
    change();
    expect(imageTag(root, 'linux/arm64')).toBe(before);
  });

  test('is another one for another processor, so that none is found that the nodes cannot run', () => {
    expect(imageTag(root, 'linux/arm64')).not.toBe(imageTag(root, 'linux/amd64'));
  });

  test('takes a link by where it leads to, and is a name even where the Dockerfile is missing', () => {
    const link = path.join(root, 'broker/src/link');
    const tagWith = (target: string): string => {
      rmSync(link, { force: true });
      symlinkSync(target, link);
      return imageTag(root, 'linux/arm64');
    };
    expect(tagWith('../dist')).not.toBe(tagWith('../nowhere'));
    rmSync(path.join(root, 'broker/Dockerfile'));
    expect(tagWith('../dist')).toMatch(/^src-[0-9a-f]{12}$/);
  });

  test('tells where one file ends and the next begins', () => {
    write('broker/src/a', 'xb');
    write('broker/src/b', 'y');
    const before = imageTag(root, 'linux/arm64');
    write('broker/src/a', 'x');
    write('broker/src/b', 'by');
    expect(imageTag(root, 'linux/arm64')).not.toBe(before);
  });
});
