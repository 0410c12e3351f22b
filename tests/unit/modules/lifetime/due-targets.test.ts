import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { cloudRecord, recordTarget } from '../../../../modules/config/index.ts';
import { dueTargets, settingsOf } from '../../../../modules/lifetime/index.ts';
import { tempDir } from '../../../support/index.ts';

const now = new Date('2026-11-30T12:00:00Z');
const over = '2026-11-30T11:59:59Z';

function rootWith(records: Record<string, { size?: string; expires: string | null }>): string {
  const root = tempDir();
  for (const [environment, { size = 'sandbox', expires }] of Object.entries(records)) {
    const facts = { size, expires, state: 's3://states/thebes' };
    recordTarget(cloudRecord(root, environment), 'aws', facts, now);
  }
  return root;
}

describe('dueTargets', () => {
  test('are sandboxes past their end, and no others', () => {
    const root = rootWith({
      over: { expires: over },
      later: { expires: '2026-11-30T12:00:01Z' },
      forever: { expires: null },
      'not-a-sandbox': { size: 'small', expires: over },
      unheard: { size: 'gigantic', expires: over },
    });
    expect(dueTargets(root, now).map(({ environment }) => environment)).toEqual(['over']);
  });

  test('are none where nothing was deployed, and none of a record that cannot be read', () => {
    expect(dueTargets(tempDir(), now)).toEqual([]);
    const root = rootWith({ over: { expires: over } });
    writeFileSync(path.join(root, 'environments', 'damaged.json'), '{');
    expect(dueTargets(root, now)).toHaveLength(1);
  });
});

describe('settingsOf', () => {
  test('are those of the record, and none of who takes it down', () => {
    const record = {
      size: 'sandbox',
      created: over,
      expires: over,
      state: 's3://states/thebes',
      fixed: { region: 'eu-west-1', database: 'embedded', tier: 'sandbox' },
    };
    const inherited = { KIT_SIZE: 'large', KIT_ALLOW_DESTROY: 'prod', PATH: '/bin' };
    expect(settingsOf({ environment: 'over', target: 'aws', record }, inherited)).toEqual({
      KIT_ALLOW_DESTROY: undefined,
      KIT_ENV: 'over',
      KIT_SIZE: 'sandbox',
      KIT_STATE: 's3://states/thebes',
      KIT_REGION: 'eu-west-1',
      KIT_DATABASE: 'embedded',
    });
  });
});
