import type { Site } from './site.ts';

/**
 * For what holds data or would take it along: in a protected environment Terraform refuses each plan that
 * destroys or replaces it, whatever the reason. Released by `KIT_ALLOW_DESTROY` and `KIT_ALLOW_REPLACE`.
 */
export function keptFromDestroy({ preset, settings }: Site): { readonly preventDestroy: boolean } {
  const isReleased = settings.mayDestroy || settings.mayReplace;
  return { preventDestroy: preset.protection.stackLock && !isReleased };
}

/**
 * Whether AWS itself refuses a deletion. A deploy with `KIT_ALLOW_DESTROY` has to switch it off before the
 * destroy: two steps, on purpose.
 */
export function isDeletionProtected({ preset, settings }: Site): boolean {
  return preset.protection.cloudSwitches && !settings.mayDestroy;
}
