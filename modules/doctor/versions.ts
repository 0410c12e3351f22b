import type { SupportedVersion } from '../contract/index.ts';
import { advice } from './advice.ts';
import { fault, ok, warning } from './examination.ts';
import type { Examined } from './examination.ts';

const dayMs = 86_400_000;
/** So early that a newer version can be tried before the old one goes (requirements.md D24). */
const warnedDays = 90;

/** How long the versions that are asked for by number are supported. */
export function examineVersions(versions: readonly SupportedVersion[], now: Date): Examined[] {
  return versions.map(({ product, version, endsOn }) => {
    const name = `version of ${product}`;
    const called = `${product} ${version}`;
    // The last day counts to its end, wherever in the world it ends last.
    const days = Math.floor((Date.parse(`${endsOn}T23:59:59Z`) - now.getTime()) / dayMs);
    if (days < 0) return fault(name, advice('VERSION_ENDED', { product: called, endsOn }));
    return days < warnedDays
      ? warning(name, advice('VERSION_ENDS_SOON', { product: called, endsOn, days }))
      : ok(name, `${called}, supported until ${endsOn}`);
  });
}
