import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Dice } from '../../support/index.ts';
import { checkImage } from './check-image.ts';
import type { Tally } from './check-partition.ts';
import type { Recording } from './record-load.ts';
import { RecordedDisk } from './recorded-disk.ts';
import type { Loss } from './recorded-file.ts';

/** Which images to build. */
export interface ImageOptions {
  readonly seed: number;
  readonly imageCount: number;
  /** Only this one of them. */
  readonly only?: number;
  /** Ends at the first image on which a promise is broken. */
  readonly stopsAtFirst?: boolean;
}

/** One image on which a promise was broken. */
export interface BrokenImage {
  readonly image: number;
  readonly cut: number;
  readonly loss: Loss;
  readonly broken: readonly string[];
}

/** What the drill did and saw. */
export interface PowerCutReport extends Tally {
  imageCount: number;
  readonly cuts: Set<number>;
  unsyncedSectorCount: number;
  droppedSectorCount: number;
  readonly brokenImages: BrokenImage[];
}

const losses = ['everything', 'everything', 'most', 'half', 'little', 'nothing'] as const;

interface Cut {
  readonly image: number;
  /** Power goes behind this record. */
  readonly index: number;
  readonly loss: Loss;
  readonly dice: Dice;
}

/** Builds images of a recording, each as the disk may be at a random moment, and checks a broker on each. */
export async function cutPower(
  recording: Recording,
  options: ImageOptions,
  print: (line: string) => void = () => undefined,
): Promise<PowerCutReport> {
  const report: PowerCutReport = {
    imageCount: 0,
    cuts: new Set(),
    unsyncedSectorCount: 0,
    droppedSectorCount: 0,
    acknowledgedMessageCount: 0,
    confirmedAckCount: 0,
    unsettledMessageCount: 0,
    messageIdCount: 0,
    groupCount: 0,
    brokenImages: [],
  };
  const disk = new RecordedDisk();
  let next = 0;
  for (const { image, index, loss, dice } of chooseCuts(recording, options)) {
    for (const record of recording.records.slice(next, index + 1)) disk.apply(record);
    next = index + 1;
    const found = disk.image(dice, loss);
    const dataDir = mkdtempSync(join(tmpdir(), 'thebes-power-cut-'));
    try {
      const broken = await checkImage(dataDir, found, recording, index, report);
      if (broken.length > 0) report.brokenImages.push({ image, cut: index, loss, broken });
      print(
        `image ${String(image)}: cut behind call ${String(index)} of ${String(recording.records.length)}, ` +
          `${String(found.droppedSectorCount)} of ${String(found.unsyncedSectorCount)} unsynced sectors dropped: ` +
          (broken.length === 0 ? 'every promise kept' : `BROKEN ${broken.join('; ')}`),
      );
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
    report.imageCount += 1;
    report.cuts.add(index);
    report.unsyncedSectorCount += found.unsyncedSectorCount;
    report.droppedSectorCount += found.droppedSectorCount;
    if (options.stopsAtFirst === true && report.brokenImages.length > 0) break;
  }
  return report;
}

/** In the order of the cuts, so that one disk serves all. Each image has dice of its own: it can be built alone. */
function chooseCuts(
  { records, answers }: Recording,
  { seed, imageCount, only }: ImageOptions,
): Cut[] {
  const answered = [...answers.values()].map(({ index }) => index).sort((a, b) => a - b);
  const starting = records.slice(0, answered[0]).map((_, index) => index);
  const writing = [...records.entries()].flatMap(([index, { kind }]) =>
    kind === 'written' && index > starting.length ? [index] : [],
  );
  const cuts = Array.from({ length: imageCount }, (_, image): Cut => {
    const dice = new Dice(seed * 100_003 + image);
    const loss = dice.pick(losses);
    // Behind an answer the most is promised and the least may be on disk; behind a write it is torn.
    const places = dice.pick([answered, answered, writing, writing, starting]);
    return { image, index: dice.pick(places), loss, dice };
  });
  return cuts
    .filter(({ image }) => only === undefined || image === only)
    .sort((one, other) => one.index - other.index);
}
