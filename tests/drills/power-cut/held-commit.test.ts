import { saidNotRun } from '../preload/preload-library.ts';
import { holdCommit } from './held-commit.ts';
import { planted } from './planted/planted.ts';

const everything = { publishes: 5, acks: 1, stations: 1 };

describe('Held commit', () => {
  test('while the disk takes no flush, nothing is answered that promises to be on disk', async () => {
    if (saidNotRun()) return;
    const { whileHeld, afterwards } = await holdCommit();
    expect(whileHeld).toEqual({ publishes: 0, acks: 0, stations: 0 });
    expect(afterwards).toEqual(everything);
  }, 60_000);

  test('finds out an engine that acknowledges before the commit', async () => {
    if (saidNotRun()) return;
    const { whileHeld } = await holdCommit(planted['early-ack']);
    expect(whileHeld).toEqual(everything);
  }, 60_000);
});
