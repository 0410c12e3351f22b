import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { sourceHash } from '../../../../modules/image/index.ts';

let root: string;
let broker: string;

beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'thebes-hash-'));
  broker = path.join(root, 'broker');
  mkdirSync(path.join(broker, 'src', 'core'), { recursive: true });
  write('package.json', '{}');
  write('src/main.ts', 'main');
  write('src/core/a.ts', 'a');
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

const write = (file: string, content: string): void =>
  writeFileSync(path.join(broker, file), content);

describe('sourceHash', () => {
  test('is the same for the same content in another folder', () => {
    const copy = path.join(root, 'copy');
    cpSync(broker, copy, { recursive: true });
    expect(sourceHash(copy)).toBe(sourceHash(broker));
    expect(sourceHash(copy)).toMatch(/^[0-9a-f]{16}$/);
  });

  test('changes with any content, name or place of a file', () => {
    const seen = new Set([sourceHash(broker)]);
    const expectAnother = (): void => {
      const hash = sourceHash(broker);
      expect(seen.has(hash)).toBe(false);
      seen.add(hash);
    };
    write('src/core/a.ts', 'b');
    expectAnother();
    write('src/b.ts', 'a');
    expectAnother();
    rmSync(path.join(broker, 'src', 'b.ts'));
    write('src/core/b.ts', 'a');
    expectAnother();
    write('package.json', '{"type":"module"}');
    expectAnother();
  });

  test('does not see what a build or a run leaves behind', () => {
    const before = sourceHash(broker);
    for (const folder of ['dist', 'node_modules', 'data']) {
      mkdirSync(path.join(broker, folder));
      write(`${folder}/file.js`, 'x');
    }
    write('.DS_Store', 'x');
    write('Dockerfile', 'FROM scratch');
    expect(sourceHash(broker)).toBe(before);
  });
});
