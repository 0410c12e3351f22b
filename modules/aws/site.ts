import type { Construct } from '../cdk.ts';
import type { AwsSettings } from '../config/index.ts';
import type { Preset, Ready } from '../contract/index.ts';

/** What every part of the cloud is made with. */
export interface Site {
  readonly scope: Construct;
  readonly environment: string;
  readonly settings: AwsSettings;
  readonly preset: Preset;
  /** What comes before anything of the cloud: the root of each chain of dependencies waits for it. */
  readonly after: Ready;
}

/** `thebes-dev-nodes`: how a part is called where people see it. */
export function nameOf({ settings }: Site, part: string): string {
  return `${settings.name}-${part}`;
}

/** Where a thing has no name of its own, this tag is what the console shows. */
export function nameTag(site: Site, part: string): { readonly Name: string } {
  return { Name: nameOf(site, part) };
}

const alphabet = 36;
const suffixLength = 5;

/**
 * Five characters that another life of the same environment does not have: for names that stay taken
 * after what bore them is gone. From the moment of the first deployment, which the record keeps, so
 * that every plan finds the same ones; they repeat after 700 days.
 */
export function lifeSuffix({ settings }: Site): string {
  const seconds = Math.floor(Date.parse(settings.record.created) / 1000);
  return (seconds % alphabet ** suffixLength).toString(alphabet).padStart(suffixLength, '0');
}
