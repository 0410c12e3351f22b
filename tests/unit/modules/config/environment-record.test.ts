import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  forgetTarget,
  localRecord,
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
    recordTarget(localRecord(state), 'local', facts);
    const first = readEnvironmentRecord(localRecord(state));
    expect(first).toMatchObject({ environment: 'dev', targets: { local: facts } });
    recordTarget(localRecord(state), 'local', { ...facts, size: 'small' });
    const { local } = readEnvironmentRecord(localRecord(state)).targets;
    expect(local).toEqual({ ...first.targets['local'], size: 'small' });
  });

  test('goes when its last target goes', () => {
    recordTarget(localRecord(state), 'local', facts);
    recordTarget(localRecord(state), 'aws', facts);
    forgetTarget(localRecord(state), 'local');
    expect(Object.keys(readEnvironmentRecord(localRecord(state)).targets)).toEqual(['aws']);
    forgetTarget(localRecord(state), 'aws');
    expect(existsSync(state)).toBe(false);
    expect(() => forgetTarget(localRecord(state), 'aws')).not.toThrow();
  });

  test('does not keep a deploy from working when it is damaged', () => {
    recordTarget(localRecord(state), 'local', facts);
    writeFileSync(path.join(state, 'environment.json'), '{"environment": "d');
    recordTarget(localRecord(state), 'local', facts);
    expect(readEnvironmentRecord(localRecord(state)).targets['local']).toMatchObject(facts);
  });
});
