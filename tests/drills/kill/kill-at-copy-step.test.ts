import { saidNotRun } from '../preload/preload-library.ts';
import { killAtCopyStep } from './kill-at-copy-step.ts';

describe('A kill while a dead letter is written and copied', () => {
  test('leaves one dead letter and one copy, at whichever step it comes', async () => {
    if (saidNotRun()) return;
    let step = 0;
    for (; ; step += 1) {
      const remains = await killAtCopyStep(step);
      if (remains === undefined) break;
      expect([step, remains]).toEqual([
        step,
        {
          deadLetters: ['because'],
          copies: ['NATS/1.0\r\nstation: orders\r\ntype: unacked\r\n\r\nbad'],
        },
      ]);
    }
    expect(step).toBeGreaterThanOrEqual(2); // two commits of one flush each
  }, 180_000);
});
