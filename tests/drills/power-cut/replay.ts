// Builds one image of a kept recording again and checks a broker on it:
// `npx tsx tests/drills/power-cut/replay.ts <folder> <seed> <image>`.
import { releaseAll } from '../../support/index.ts';
import { cutPower } from './cut-power.ts';
import { openRecording } from './record-load.ts';

const [folder, seed, image] = process.argv.slice(2);
if (folder === undefined || seed === undefined || image === undefined) {
  console.error('Say which: npx tsx tests/drills/power-cut/replay.ts <folder> <seed> <image>');
  process.exitCode = 1;
} else {
  const only = Number(image);
  const options = { seed: Number(seed), imageCount: only + 1, only };
  const { brokenImages } = await cutPower(openRecording(folder), options, console.log);
  for (const { broken } of brokenImages) for (const line of broken) console.log(`  ${line}`);
  process.exitCode = brokenImages.length === 0 ? 0 : 1;
  await releaseAll();
}
process.exit();
