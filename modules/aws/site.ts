import type { Construct } from '../cdk.ts';
import type { AwsSettings } from '../config/index.ts';
import type { Preset, Ready } from '../contract/index.ts';

/** What every part of the cloud is made with. */
export interface Site {
  readonly scope: Construct;
  readonly environment: string;
  readonly settings: AwsSettings;
  readonly preset: Preset;
  /** For names that stay taken after what bore them is gone; see `lifeSuffix`. */
  readonly suffix: string;
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
