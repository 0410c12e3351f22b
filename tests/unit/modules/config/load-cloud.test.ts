import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cloudRecord, loadKit, recordTarget } from '../../../../modules/config/index.ts';
import type { Kit } from '../../../../modules/config/index.ts';
import { tempDir } from '../../../support/index.ts';

const office = { KIT_ADMIN_CIDRS: '192.0.2.0/24', KIT_CLIENT_CIDRS: '192.0.2.0/24' };
const production = { KIT_SIZE: 'small', KIT_STATE: 's3://acme/x', ...office };
const bucket = { KIT_STATE: 's3://acme/x' };

type Variables = Readonly<Record<string, string>>;

/** A checkout, and the environment that was deployed from it. */
class Checkout {
  readonly root = tempDir();

  kit(variables: Variables, time = '12:00', ttl?: string): Kit {
    const environments = ttl === undefined ? {} : { dev: { ttl } };
    const now = new Date(`2026-11-30T${time}:00Z`);
    return loadKit({ config: { environments }, variables, root: this.root, now });
  }

  /** Deploys: the record is what an apply leaves. */
  deploy(...order: Parameters<Checkout['kit']>): Kit {
    const kit = this.kit(...order);
    const { created, ...facts } = kit.aws.record;
    recordTarget(cloudRecord(this.root, 'dev'), 'aws', facts, new Date(created));
    return kit;
  }

  problems(variables: Variables): string[] {
    return this.kit(variables).aws.problems.map(({ code }) => code);
  }
}

describe('the lock of an environment', () => {
  test('is that of what is deployed, also for a command that forgot the size', () => {
    const checkout = new Checkout();
    expect(checkout.kit(bucket).aws.preset.protection.stackLock).toBe(false);
    checkout.deploy(production);
    expect(checkout.kit(bucket).aws.preset.protection.stackLock).toBe(true);
    const kit = checkout.kit(production);
    expect(kit.aws.preset.protection).toEqual(kit.preset.protection);
  });

  test('is not laid on a sandbox', () => {
    const checkout = new Checkout();
    checkout.deploy(bucket);
    expect(checkout.kit(bucket).aws.preset.protection.stackLock).toBe(false);
  });
});

describe('the end of an environment', () => {
  const end = (kit: Kit): string | null => kit.aws.record.expires;

  test('comes as long after the first deploy as its lifetime, at whatever time it is asked', () => {
    const checkout = new Checkout();
    expect(end(checkout.deploy(bucket))).toBe('2026-11-30T20:00:00.000Z');
    expect(end(checkout.kit(bucket, '19:00'))).toBe('2026-11-30T20:00:00.000Z');
  });

  test('stays where it was moved to, also where kit.config.ts has a lifetime', () => {
    const checkout = new Checkout();
    expect(end(checkout.deploy(bucket, '12:00', '2h'))).toBe('2026-11-30T14:00:00.000Z');
    expect(end(checkout.deploy(bucket, '13:00', '2h'))).toBe('2026-11-30T14:00:00.000Z');
    const moved = '2026-11-30T18:00:00.000Z';
    const { created, ...facts } = checkout.kit(bucket, '13:00', '2h').aws.record;
    const place = cloudRecord(checkout.root, 'dev');
    recordTarget(place, 'aws', { ...facts, expires: moved }, new Date(created));
    expect(end(checkout.deploy(bucket, '15:00', '2h'))).toBe(moved);
  });

  test('begins anew with another lifetime, and from now: from the first deploy on it could be over', () => {
    const checkout = new Checkout();
    checkout.deploy(bucket);
    const longer = { ...bucket, KIT_TTL: '1h' };
    expect(end(checkout.deploy(longer, '19:00'))).toBe('2026-11-30T20:00:00.000Z');
    expect(end(checkout.deploy(longer, '19:30'))).toBe('2026-11-30T20:00:00.000Z');
    expect(end(checkout.deploy({ ...bucket, KIT_TTL: 'none' }, '19:40'))).toBeNull();
    expect(end(checkout.deploy(bucket, '19:50'))).toBeNull();
  });
});

describe('an environment that is deployed', () => {
  test('refuses another state than its own, with which everything would be made twice', () => {
    const checkout = new Checkout();
    expect(checkout.problems(production)).toEqual([]);
    checkout.deploy(production);
    expect(checkout.problems(production)).toEqual([]);
    for (const KIT_STATE of ['local', 's3://acme/y', 'gcs://acme/x']) {
      expect(checkout.problems({ ...production, KIT_STATE })).toEqual(['STATE_ELSEWHERE']);
    }
  });

  test('refuses a machine that does not have the state', () => {
    const checkout = new Checkout();
    expect(checkout.problems({})).toEqual([]);
    checkout.deploy({});
    expect(checkout.problems({})).toEqual(['STATE_MISSING']);
    const { stateDirectory } = checkout.kit({});
    mkdirSync(stateDirectory, { recursive: true });
    writeFileSync(path.join(stateDirectory, 'aws.tfstate'), '{}');
    expect(checkout.problems({})).toEqual([]);
  });
});
