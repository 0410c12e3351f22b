import { forgetTarget } from '../config/index.ts';
import type { RecordPlace } from '../config/index.ts';

/** What a destroy hands to the program that takes a target out of the record. */
export interface ForgetOrder extends RecordPlace {
  readonly target: string;
}

/** Takes a target that is gone out of its environment's record. */
export function forgetRecord(
  { target, ...place }: ForgetOrder,
  print: (line: string) => void,
): void {
  forgetTarget(place, target);
  print(`Forgot ${target} in ${place.file}`);
}
