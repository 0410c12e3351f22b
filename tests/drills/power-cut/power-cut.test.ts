import { tempDir } from '../../support/index.ts';
import { saidNotRun } from '../preload/preload-library.ts';
import { cutPower } from './cut-power.ts';
import { planted } from './planted/planted.ts';
import { recordLoad } from './record-load.ts';
import type { Recording } from './record-load.ts';

const seed = 1;
const recorded: { once?: Promise<Recording> } = {};

/** One recording serves several tests: they look at it differently. */
function recordOnce(): Promise<Recording> {
  recorded.once ??= recordLoad(tempDir(), { seed, publishCount: 500 });
  return recorded.once;
}

// The full number of images, and another planted fault: npm run drill:power-cut
describe('Power cut drill', () => {
  test('a power cut at any moment takes nothing that was promised (images=6, seed=1)', async () => {
    if (saidNotRun()) return;
    const report = await cutPower(await recordOnce(), { seed, imageCount: 6 });
    expect(report.brokenImages).toEqual([]);
    expect(report.imageCount).toBe(6);
    expect(report.acknowledgedMessageCount).toBeGreaterThan(500);
    expect(report.confirmedAckCount).toBeGreaterThan(100);
    expect(report.unsettledMessageCount).toBeGreaterThan(100);
    expect(report.messageIdCount).toBeGreaterThan(100);
    expect(report.droppedSectorCount).toBeGreaterThan(0);
  }, 120_000);

  test('finds out a store that never flushes (images<=4, seed=1)', async () => {
    if (saidNotRun()) return;
    const recording = await recordOnce();
    // What was recorded of it is the same, but that no sync ever ends.
    const records = recording.records.map((record) =>
      record.kind === 'synced' ? { kind: 'mapped' as const, path: 'no.mdb-lock' } : record,
    );
    const unflushed = { ...recording, records };
    const report = await cutPower(unflushed, { seed, imageCount: 4, stopsAtFirst: true });
    expect(report.brokenImages).toHaveLength(1);
  }, 120_000);

  test('finds out an engine that acknowledges before the commit (images<=12, seed=1)', async () => {
    if (saidNotRun()) return;
    const load = { seed, publishCount: 200 };
    const recording = await recordLoad(tempDir(), load, planted['early-ack']);
    const report = await cutPower(recording, { seed, imageCount: 12, stopsAtFirst: true });
    expect(report.brokenImages).toHaveLength(1);
  }, 120_000);
});
