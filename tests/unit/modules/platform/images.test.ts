import { natsServerVersion } from '../../../support/index.ts';
import { imageReference, images } from '../../../../modules/platform/images.ts';
import type { PinnedImage } from '../../../../modules/platform/images.ts';

describe('The images beside the broker', () => {
  test.each(Object.entries<PinnedImage>(images))(
    '%s is named by a version that says what it is, and by a whole digest or none',
    (_, { name, version, digest }) => {
      expect(name).toMatch(/^[a-z0-9-]+(\/[a-z0-9-]+)*$/);
      expect(version).toMatch(/^\d+\.\d+\.\d+(-[a-z0-9.]+)?$/);
      if (digest !== null) expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    },
  );

  test('are a NATS server of the line that the tests run, by its digest', () => {
    const line = natsServerVersion.split('.').slice(0, 2).join('.');
    expect(images.nats.version.split('.').slice(0, 2).join('.')).toBe(line);
    expect(images.nats.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  test('are a NATS server without a known hole: none below the floor of requirements.md B16', () => {
    const [major = 0, minor = 0, patch = 0] = images.nats.version.split(/[.-]/).map(Number);
    const isAbove = minor > 12 || (minor === 12 && patch >= 7);
    expect([major, isAbove]).toEqual([2, true]);
  });

  test('are asked for by digest where it is known', () => {
    const image = { name: 'nats', version: '1.2.3', digest: null };
    expect(imageReference(image)).toBe('nats:1.2.3');
    const digest = `sha256:${'0'.repeat(64)}`;
    expect(imageReference({ ...image, digest })).toBe(`nats:1.2.3@${digest}`);
  });
});
