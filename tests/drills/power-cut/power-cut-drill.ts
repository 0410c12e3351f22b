import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot, tempDir } from '../../support/index.ts';
import type { Drill, DrillRequest, DrillResult } from '../drill.ts';
import { cutPower } from './cut-power.ts';
import { holdCommit } from './held-commit.ts';
import { planted, withSmallLog } from './planted/planted.ts';
import { recordLoad } from './record-load.ts';
import type { RecordedBroker, Recording } from './record-load.ts';

/** About so many messages are published while the broker is recorded. */
const publishCount = 4_000;
/** Images in which a planted fault must have shown. */
const plantedImageCountMax = 300;

/**
 * Goal: power may go at any moment, and nothing that the broker has promised is missing when it is back.
 *
 * Method: beneath a loaded broker, one as it is and one with a log that is written over all the time, a preload library records every write, every sync and every byte
 * to a client, in one order. From the record, images are built of what the disk may hold at a random
 * moment: whatever a finished sync covers, and of the rest any part (recorded-disk.ts). On each image a real
 * broker starts and is held to the answers that had left by that moment: messages with payload,
 * sequence and order, message ids, confirmed acks, groups, stations. Then brokers with planted faults
 * must fail the same check, and no answer may leave while a flush is held back.
 */
export const powerCutDrill: Drill = {
  name: 'power-cut',
  goal: 'a power cut at any moment takes nothing that was promised',
  unit: 'images',
  fullCount: 100,
  run,
};

async function run({ count, seed, say }: DrillRequest): Promise<DrillResult> {
  const asItIs = await cutRecording('as-it-is', {}, count - Math.floor(count / 2), seed, say);
  const smallLog = await cutRecording('small-log', withSmallLog, Math.floor(count / 2), seed, say);
  const planting = await runPlanted(seed, say);
  const { whileHeld, afterwards } = await holdCommit();
  const early = Object.values(whileHeld).reduce((sum, answered) => sum + answered, 0);
  const heldBack = early > 0 ? [`${String(early)} answers left while the flush was held back`] : [];
  return {
    faults: [...asItIs.faults, ...smallLog.faults, ...planting.faults, ...heldBack],
    facts: {
      ...asItIs.facts,
      ...smallLog.facts,
      ...planting.facts,
      answersHeldBack: Object.values(afterwards).reduce((sum, answered) => sum + answered, 0),
    },
  };
}

/** Images of one broker under load. */
async function cutRecording(
  name: string,
  broker: RecordedBroker,
  imageCount: number,
  seed: number,
  say: (line: string) => void,
): Promise<DrillResult> {
  const folder = tempDir();
  const recording = await recordLoad(folder, { seed, publishCount }, broker);
  say(`recorded ${String(recording.records.length)} calls of the broker ${name}`);
  const { cuts, brokenImages, ...counts } = await cutPower(recording, { seed, imageCount }, say);
  const faults = brokenImages.map(
    ({ image, broken }) => `${name}, image ${String(image)}: ${broken.join('; ')}`,
  );
  const [first] = brokenImages;
  if (first !== undefined) {
    const kept = keep(folder, name, seed);
    const replay = `npx tsx tests/drills/power-cut/replay.ts ${kept} ${String(seed)} ${String(first.image)}`;
    faults.push(`the recording is kept; one image again: ${replay}`);
  }
  const facts = { calls: recording.records.length, distinctCuts: cuts.size, ...counts };
  const named = Object.entries(facts).map(([fact, value]) => [`${name} ${fact}`, value]);
  return { faults, facts: Object.fromEntries(named) as DrillResult['facts'] };
}

/** A check that finds nothing wrong with a wrong broker shows nothing. */
async function runPlanted(seed: number, say: (line: string) => void): Promise<DrillResult> {
  const faults: string[] = [];
  const facts: Record<string, string> = {};
  for (const [name, broker] of Object.entries(planted)) {
    const recording: Recording = await recordLoad(tempDir(), { seed, publishCount: 600 }, broker);
    const { imageCount, brokenImages } = await cutPower(recording, {
      seed,
      imageCount: plantedImageCountMax,
      stopsAtFirst: true,
    });
    const found = brokenImages[0]?.broken[0];
    const after = `${String(imageCount)} images`;
    facts[`planted ${name}`] = found === undefined ? `not found in ${after}` : `found in ${after}`;
    if (found === undefined) faults.push(`the planted fault ${name} was not found`);
    else say(`planted ${name}: found in ${after}: ${found.slice(0, 200)}`);
  }
  return { faults, facts };
}

function keep(folder: string, name: string, seed: number): string {
  const kept = join(repositoryRoot, `.cache/drills/power-cut-${name}-${String(seed)}`);
  rmSync(kept, { recursive: true, force: true });
  mkdirSync(kept, { recursive: true });
  for (const file of ['calls.log', 'journal.json']) cpSync(join(folder, file), join(kept, file));
  return kept;
}
