import type { Retention } from '../../broker/src/core/stations/index.ts';
import type { Dice } from '../support/dice.ts';

const hourMs = 3_600_000;

/** Mostly none, so that a lost message cannot hide behind it. */
export function drawnRetention(dice: Dice): Retention {
  switch (dice.below(8)) {
    case 0:
      return { kind: 'messages', countMax: 20 + dice.below(200) };
    case 1:
      return { kind: 'bytes', bytesMax: 500 + dice.below(5_000) };
    case 2:
      return { kind: 'acked' };
    default:
      return { kind: 'age', ageMaxMs: 10_000 * hourMs };
  }
}
