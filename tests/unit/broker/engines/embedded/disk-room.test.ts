import { DiskRoom, diskSpace } from '../../../../../broker/src/engines/embedded/disk-room.ts';

const MiB = 1024 * 1024;
const put = (bytes: number) =>
  ({ kind: 'put', key: new Uint8Array(1), value: new Uint8Array(bytes) }) as const;
const remove = { kind: 'delete', key: new Uint8Array(1) } as const;

function roomOn(freeBytes: number, totalBytes = 100 * 1024 * MiB): DiskRoom {
  return new DiskRoom(() => ({ freeBytes, totalBytes }));
}

describe('DiskRoom', () => {
  test('takes large values while the reserve stays free beside them', () => {
    expect(() => roomOn(66 * MiB).check([put(MiB)])).not.toThrow();
    expect(() => roomOn(66 * MiB - 1).check([put(MiB)])).toThrow('the disk lacks 1 KiB');
  });

  test('adds up all values of a commit', () => {
    const changes = [put(MiB), remove, put(MiB)];
    expect(() => roomOn(67 * MiB).check(changes)).not.toThrow();
    expect(() => roomOn(66 * MiB).check(changes)).toThrow('the disk lacks 1024 KiB');
  });

  test('keeps less in reserve on a small disk', () => {
    expect(() => roomOn(3 * MiB, 20 * MiB).check([put(MiB)])).not.toThrow();
    expect(() => roomOn(3 * MiB - 1, 20 * MiB).check([put(MiB)])).toThrow('the disk lacks');
  });

  test('rejects as full, which a later commit may not be', () => {
    expect(() => roomOn(0).check([put(MiB)])).toThrow(
      expect.objectContaining({ name: 'StoreError', reason: 'full' }),
    );
  });

  test('lets small values and deletions through to the last byte', () => {
    expect(() => roomOn(0).check([put(1024), remove])).not.toThrow();
    expect(() => roomOn(0).check([put(1025)])).toThrow('the disk lacks');
  });

  test('reads what the disk of a directory has', () => {
    const { freeBytes, totalBytes } = diskSpace(__dirname);
    expect(totalBytes).toBeGreaterThan(freeBytes);
    expect(freeBytes).toBeGreaterThan(0);
  });
});
