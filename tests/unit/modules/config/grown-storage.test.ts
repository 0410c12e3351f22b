import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { cloudRecord, loadKit, recordTarget } from '../../../../modules/config/index.ts';
import type { Kit } from '../../../../modules/config/index.ts';
import { presets } from '../../../../modules/presets/index.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'thebes-grown-'));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

/** The kit of a size, and then its record as a deploy of it leaves it. */
function deploy(size: string): Kit['aws'] {
  const { aws } = loadKit({ config: { environments: {} }, variables: { KIT_SIZE: size }, root });
  recordTarget(cloudRecord(root, 'dev'), 'aws', aws.record);
  return aws;
}

describe('Storage of an environment', () => {
  test('is what the size wants at first', () => {
    expect(deploy('small').preset).toEqual(presets.small);
  });

  test('grows with the size and stays when the size becomes smaller again', () => {
    deploy('small');
    expect(deploy('large').preset).toEqual(presets.large);
    const { diskGiB, broker, aws } = deploy('small').preset;
    expect(diskGiB).toBe(presets.large.diskGiB);
    expect(aws.database).toEqual({
      ...presets.small.aws.database,
      storageGiB: presets.large.aws.database.storageGiB,
      storageGiBMax: presets.large.aws.database.storageGiBMax,
    });
    expect(broker).toEqual(presets.small.broker);
    expect(deploy('medium').preset.diskGiB).toBe(presets.large.diskGiB);
  });
});
