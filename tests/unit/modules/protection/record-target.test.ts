import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { cloudRecord, loadKit, readEnvironmentRecord } from '../../../../modules/config/index.ts';
import type { Kit, TargetRecord } from '../../../../modules/config/index.ts';
import { forget, remember, rememberAccount } from '../../../../modules/protection/record-target.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'thebes-remember-'));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

function kitOf(variables: Record<string, string> = {}, now = '2026-11-30T08:00:00.000Z'): Kit {
  const config = { environments: {} };
  const usual = { USER: 'ada', KIT_STATE: 's3://acme/x' };
  return loadKit({ config, variables: { ...usual, ...variables }, root, now: new Date(now) });
}

/** A deploy that goes through, as far as the record is concerned. */
const deploy = (kit = kitOf()): void =>
  remember({ place: cloudRecord(root, 'dev'), target: 'aws', record: kit.aws.record });
const recorded = (): TargetRecord | undefined =>
  readEnvironmentRecord(cloudRecord(root, 'dev')).targets['aws'];
const codes = (kit: Kit): string[] => kit.aws.problems.map(({ code }) => code);

describe('the record of a cloud', () => {
  test('keeps when an environment began, when it ends, whose it is and what must not change', () => {
    deploy();
    expect(recorded()).toEqual({
      size: 'sandbox',
      created: '2026-11-30T08:00:00.000Z',
      expires: '2026-11-30T16:00:00.000Z',
      state: 's3://acme/x',
      owner: 'ada',
      fixed: { tier: 'sandbox', database: 'managed', region: 'eu-central-1' },
      storage: { diskGiB: 10, databaseGiB: 20, databaseGiBMax: 50 },
    });
  });

  test('leaves beginning, end and tags as they are in every later command', () => {
    deploy();
    const later = kitOf({ USER: 'bob' }, '2026-11-30T12:00:00.000Z');
    expect(later.aws.record).toEqual(recorded());
    expect(later.aws.tags).toEqual(kitOf().aws.tags);
    expect(later.aws.tags).toMatchObject({ 'kit:expires': '1796054400', 'kit:owner': 'ada' });
    const longer = kitOf({ KIT_TTL: '3d' }, '2026-11-30T12:00:00.000Z').aws.record.expires;
    expect(longer).toBe('2026-12-03T12:00:00.000Z');
    expect(kitOf({ KIT_TTL: 'none' }).aws.record.expires).toBeNull();
  });

  test('refuses to make a sandbox larger, to move it and to move its metadata, with the reason', () => {
    deploy();
    expect(codes(kitOf())).toEqual([]);
    const cidrs = { KIT_ADMIN_CIDRS: '192.0.2.0/24', KIT_CLIENT_CIDRS: '192.0.2.0/24' };
    expect(codes(kitOf({ KIT_SIZE: 'small', ...cidrs }))).toEqual(['REPLACEMENT_REFUSED']);
    expect(codes(kitOf({ KIT_REGION: 'us-east-1' }))).toEqual(['REPLACEMENT_REFUSED']);
    expect(codes(kitOf({ KIT_DATABASE: 'embedded' }))).toEqual(['REPLACEMENT_REFUSED']);
    expect(codes(kitOf({ KIT_REGION: 'us-east-1', KIT_ALLOW_REPLACE: 'dev' }))).toEqual([]);
    expect(codes(kitOf({ KIT_REGION: 'us-east-1', KIT_ALLOW_REPLACE: 'other' }))).toEqual([
      'GUARD_OF_ANOTHER',
      'REPLACEMENT_REFUSED',
    ]);
  });

  test('lets the larger sizes be changed for each other', () => {
    const cidrs = { KIT_ADMIN_CIDRS: '192.0.2.0/24', KIT_CLIENT_CIDRS: '192.0.2.0/24' };
    deploy(kitOf({ KIT_SIZE: 'small', ...cidrs }));
    for (const size of ['medium', 'large', 'small']) {
      expect(codes(kitOf({ KIT_SIZE: size, ...cidrs }))).toEqual([]);
    }
    expect(codes(kitOf())).toEqual(['REPLACEMENT_REFUSED']);
  });

  test('is undone when the environment is destroyed: the next one has an end of its own', () => {
    deploy();
    forget({ place: cloudRecord(root, 'dev'), target: 'aws' });
    expect(recorded()).toBeUndefined();
    expect(kitOf({}, '2026-12-24T08:00:00.000Z').aws.record.expires).toBe(
      '2026-12-24T16:00:00.000Z',
    );
  });

  test('learns the account from the apply, keeps it, and plans no change for it', () => {
    deploy();
    rememberAccount({ place: cloudRecord(root, 'dev'), target: 'aws', account: '210987654321' });
    const later = kitOf();
    expect(later.aws.record.account).toBe('210987654321');
    deploy(later);
    expect(recorded()?.account).toBe('210987654321');
    // Of an environment that is not there, nothing is learnt.
    rememberAccount({ place: cloudRecord(root, 'dev'), target: 'gcp', account: '1' });
    expect(recorded()).toEqual(later.aws.record);
  });
});
