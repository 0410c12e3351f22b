import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { removeEmptyState, stateFile } from '../../../../modules/config/index.ts';

let root: string;
let state: string;

beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'thebes-state-'));
  state = path.join(root, 'state', 'dev');
  mkdirSync(state, { recursive: true });
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

const write = (resources: unknown[]): void => {
  writeFileSync(stateFile(state, 'local'), JSON.stringify({ version: 4, resources }));
  writeFileSync(`${stateFile(state, 'local')}.backup`, '{}');
};

describe('removeEmptyState', () => {
  test('removes the file, its backup and the folders that are empty then', () => {
    write([]);
    expect(removeEmptyState(state, 'local')).toBe(true);
    expect(readdirSync(root)).toEqual([]);
    expect(removeEmptyState(state, 'local')).toBe(true);
  });

  test('touches nothing while something is in the state', () => {
    write([{ type: 'terraform_data', name: 'home' }]);
    expect(removeEmptyState(state, 'local')).toBe(false);
    expect(readdirSync(state)).toEqual(['local.tfstate', 'local.tfstate.backup']);
  });

  test('leaves other targets and environments where they are', () => {
    write([]);
    writeFileSync(stateFile(state, 'aws'), '{}');
    expect(removeEmptyState(state, 'local')).toBe(true);
    expect(existsSync(stateFile(state, 'aws'))).toBe(true);
  });
});
