import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  forgetTarget,
  readEnvironmentRecord,
  recordTarget,
} from '../../../../modules/config/index.ts';

let state: string;

beforeEach(() => {
  state = path.join(mkdtempSync(path.join(os.tmpdir(), 'thebes-record-')), 'dev');
});

afterEach(() => {
  rmSync(path.dirname(state), { recursive: true });
});

const facts = { size: 'sandbox', expires: null, state: '/checkout/state/dev/local.tfstate' };

describe('the environment record', () => {
  test('remembers when a target was deployed first, whatever comes later', () => {
    recordTarget(state, 'local', facts);
    const first = readEnvironmentRecord(state);
    expect(first).toMatchObject({ environment: 'dev', targets: { local: facts } });
    recordTarget(state, 'local', { ...facts, size: 'small' });
    const { local } = readEnvironmentRecord(state).targets;
    expect(local).toEqual({ ...first.targets['local'], size: 'small' });
  });

  test('goes when its last target goes', () => {
    recordTarget(state, 'local', facts);
    recordTarget(state, 'aws', facts);
    forgetTarget(state, 'local');
    expect(Object.keys(readEnvironmentRecord(state).targets)).toEqual(['aws']);
    forgetTarget(state, 'aws');
    expect(existsSync(path.join(state, 'environment.json'))).toBe(false);
    expect(() => forgetTarget(state, 'aws')).not.toThrow();
  });

  test('does not keep a deploy from working when it is damaged', () => {
    recordTarget(state, 'local', facts);
    writeFileSync(path.join(state, 'environment.json'), '{"environment": "d');
    recordTarget(state, 'local', facts);
    expect(readEnvironmentRecord(state).targets['local']).toMatchObject(facts);
  });
});
