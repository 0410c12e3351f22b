import { DiskRoom, diskSpace } from '../../../../../broker/src/engines/embedded/disk-room.ts';

const MiB = 1024 * 1024;
const put = (bytes: number) =>
  ({ kind: 'put', key: new Uint8Array(1), value: new Uint8Array(bytes) }) as const;
const remove = { kind: 'delete', key: new Uint8Array(1) } as const;

function roomOn(freeBytes: number, totalBytes = 100 * 1024 * MiB): DiskRoom {
  return new DiskRoom(() => ({ freeBytes, totalBytes }));
}

describe('DiskRoom', () => {
  const treeBytes = MiB / 4;

  test('takes a commit while the reserve stays free beside twice its values', () => {
    const needed = 64 * MiB + 2 * MiB + treeBytes;
    expect(() => roomOn(needed).check([put(MiB)])).not.toThrow();
    expect(() => roomOn(needed - 1).check([put(MiB)])).toThrow('the disk lacks 1 KiB');
  });

  test('adds up all values of a commit', () => {
    const changes = [put(MiB), remove, put(MiB)];
    const needed = 64 * MiB + 4 * MiB + treeBytes;
    expect(() => roomOn(needed).check(changes)).not.toThrow();
    expect(() => roomOn(needed - MiB).check(changes)).toThrow('the disk lacks 1024 KiB');
  });

  test('keeps less in reserve on a small disk', () => {
    const needed = MiB + 2 * MiB + treeBytes;
    expect(() => roomOn(needed, 20 * MiB).check([put(MiB)])).not.toThrow();
    expect(() => roomOn(needed - 1, 20 * MiB).check([put(MiB)])).toThrow('the disk lacks');
  });

  test('leaves the last of the reserve to commits as small as acks, and never all of it', () => {
    const ack = [put(300), remove];
    const needed = 16 * MiB + 600 + treeBytes;
    expect(() => roomOn(needed).check(ack)).not.toThrow();
    expect(() => roomOn(needed).check([put(16 * 1024 + 1)])).toThrow('the disk lacks');
    expect(() => roomOn(needed - 1).check(ack)).toThrow('the disk lacks 1 KiB');
  });

  test('rejects as full, which a later commit may not be', () => {
    expect(() => roomOn(0).check([remove])).toThrow(
      expect.objectContaining({ name: 'StoreError', reason: 'full' }),
    );
  });

  test('reads what the disk of a directory has', () => {
    const { freeBytes, totalBytes } = diskSpace(__dirname);
    expect(totalBytes).toBeGreaterThan(freeBytes);
    expect(freeBytes).toBeGreaterThan(0);
  });
});
