import type { Preset, SupportedVersion } from '../contract/index.ts';
import type { SynthesizedResource, SynthesizedStack } from '../synthesized/index.ts';

/** What is known of a stack beside its JSON, and what it is held against. */
export interface PolicyFacts {
  readonly preset: Preset;
  /** From where clients may connect. */
  readonly clientCidrs: readonly string[];
  /** Whether the guards are released, so that it can be destroyed. */
  readonly mayDestroy: boolean;
  /** The versions that the cloud's module asks for by number. */
  readonly versions: readonly SupportedVersion[];
  /** The day on which versions have to be supported; none is asked for where it is left out. */
  readonly today?: Date;
}

/** What is wrong with one resource. */
export interface Finding {
  readonly address: string;
  /** What it has or lacks, in a few words. */
  readonly what: string;
}

/** Something that holds for every stack of every size. */
export interface Rule {
  /** By which a violation is known: `storage-encrypted`. */
  readonly name: string;
  /** What has to be so. */
  readonly demand: string;
  readonly why: string;
  readonly check: (stack: SynthesizedStack, facts: PolicyFacts) => readonly Finding[];
}

/** The findings at the resources for which `what` says something. */
export function findings(
  resources: readonly SynthesizedResource[],
  what: (resource: SynthesizedResource) => string | undefined,
): Finding[] {
  return resources.flatMap((resource) => {
    const text = what(resource);
    return text === undefined ? [] : [{ address: resource.address, what: text }];
  });
}

/** Whether an argument is on: providers take a boolean and its text. */
export function isOn(value: unknown): boolean {
  return value === true || value === 'true';
}
