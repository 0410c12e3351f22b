import { Dice } from '../../support/index.ts';
import { RecordedDisk } from './recorded-disk.ts';
import type { LogRecord } from './recording.ts';

const sector = (letter: string): Buffer => Buffer.alloc(512, letter);
const imageCount = 200;

const created: LogRecord[] = [
  { kind: 'created', path: 'f' },
  { kind: 'sync-begun', path: '', id: 1 },
  { kind: 'synced', path: '', id: 1 },
];

function written(place: number, letters: string, id = 0): LogRecord {
  const bytes = Buffer.concat([...letters].map(sector));
  return { kind: 'written', path: 'f', id, offset: place * 512, bytes };
}

/** Every content of `f` that images of this disk have: one letter for a sector, `.` for zeros. */
function contents(records: readonly LogRecord[]): string[] {
  const disk = new RecordedDisk();
  for (const record of [...created, ...records]) disk.apply(record);
  const found = new Set<string>();
  for (let seed = 0; seed < imageCount; seed += 1) {
    const file = disk.image(new Dice(seed), 'half').files.get('f');
    if (file === undefined) found.add('no file');
    else
      found.add(
        file
          .toString('latin1')
          .replace(/(.)\1{511}/gs, '$1')
          .replaceAll('\0', '.'),
      );
  }
  return [...found].sort();
}

const begun: LogRecord = { kind: 'sync-begun', path: 'f', id: 7 };
const ended: LogRecord = { kind: 'synced', path: 'f', id: 7 };

describe('RecordedDisk', () => {
  test('keeps what a finished sync covers', () => {
    expect(contents([written(0, 'ab'), begun, ended])).toEqual(['ab']);
  });

  test('may drop any sectors, and the size, while the sync has not ended', () => {
    expect(contents([written(0, 'ab'), begun])).toEqual(['', '..', '.b', 'a.', 'ab']);
  });

  test('may drop what was written after the sync had begun', () => {
    const during = [written(0, 'aa'), begun, written(0, 'b'), ended];
    expect(contents(during)).toEqual(['aa', 'ba']);
  });

  test('may hold any version of a sector that was written several times', () => {
    const versions = [written(0, 'a'), begun, ended, written(0, 'b'), written(0, 'c')];
    expect(contents(versions)).toEqual(['a', 'b', 'c']);
  });

  test('takes a write through an O_DSYNC descriptor for lasting when it has returned, and no other with it', () => {
    const base = [written(0, 'aa'), begun, ended];
    const dsync = [written(1, 'c'), written(0, 'b', 9)];
    expect(contents([...base, ...dsync])).toEqual(['aa', 'ac', 'ba', 'bc']);
    expect(contents([...base, ...dsync, { kind: 'synced', path: 'f', id: 9 }])).toEqual([
      'ba',
      'bc',
    ]);
  });

  test('may lose a new name, and an old one to a rename, in their order, until the folder is synced', () => {
    const renamed: LogRecord[] = [
      written(0, 'a'),
      begun,
      ended,
      { kind: 'created', path: 'g' },
      { kind: 'renamed', path: 'f', to: 'h' },
    ];
    const disk = new RecordedDisk();
    for (const record of [...created, ...renamed]) disk.apply(record);
    const names = (seed: number): string =>
      [...disk.image(new Dice(seed), 'half').files.keys()].sort().join(' ');
    const all = new Set(Array.from({ length: imageCount }, (_, seed) => names(seed)));
    expect([...all].sort()).toEqual(['f', 'f g', 'g h']);
    disk.apply({ kind: 'sync-begun', path: '', id: 8 });
    disk.apply({ kind: 'synced', path: '', id: 8 });
    expect(names(1)).toBe('g h');
  });

  test('rejects a file that is written through a mapping, but for the lock of LMDB', () => {
    const disk = new RecordedDisk();
    disk.apply({ kind: 'mapped', path: 'store.mdb-lock' });
    expect(() => disk.apply({ kind: 'mapped', path: 'store.mdb' })).toThrow('mapping');
  });

  test('builds the same image from the same dice', () => {
    const disk = new RecordedDisk();
    for (const record of [...created, written(0, 'abcdefgh')]) disk.apply(record);
    const image = (): Buffer | undefined => disk.image(new Dice(3), 'half').files.get('f');
    expect(image()).toEqual(image());
  });
});
