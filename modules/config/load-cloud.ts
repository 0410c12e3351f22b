import { existsSync } from 'node:fs';
import type { Preset, TargetName } from '../contract/index.ts';
import { presets } from '../presets/index.ts';
import { problem } from './catalogue.ts';
import { cloudProblems, cloudWarnings } from './cloud-problems.ts';
import type { TlsSetting } from './cloud-settings.ts';
import type { EnvironmentRecord, TargetRecord } from './environment-record.ts';
import { grownStorage, presetOver } from './grown-storage.ts';
import type { ReadSettings } from './read-settings.ts';
import { replacementProblems } from './replacement-problems.ts';
import type { SettingValues } from './settings.ts';
import { stateFile } from './state-backend.ts';
import { statePlaceText } from './state-place.ts';
import type { StatePlace } from './state-place.ts';
import { environmentTags } from './tags.ts';
import type { Problem } from '../toolchain/index.mjs';

/** What a cloud's stack runs on, whichever cloud it is. */
export interface CloudSettings {
  /** `thebes-<environment>`, in the name of everything; at most 25 characters. */
  readonly name: string;
  /** What the size decides, with storage that is no smaller than the environment has it. */
  readonly preset: Preset;
  readonly domain: string | null;
  readonly tls: TlsSetting;
  readonly adminCidrs: readonly string[];
  readonly clientCidrs: readonly string[];
  readonly state: StatePlace;
  /** The image to run; null: built from `broker/`. */
  readonly image: string | null;
  readonly spot: boolean;
  readonly database: 'managed' | 'embedded';
  readonly kubernetesLogin: 'exec' | 'token';
  /** Whether the guards are released for this run. */
  readonly mayDestroy: boolean;
  readonly mayReplace: boolean;
  /** Whether what is in the cluster is forgotten instead of made. */
  readonly forgetsCluster: boolean;
  /** When it was deployed first, until when, for whom; a fixed moment, or every plan would change. */
  readonly record: TargetRecord;
  readonly tags: Readonly<Record<string, string>>;
  /** Allowed, and said when the target is deployed. */
  readonly warnings: readonly string[];
  /**
   * What keeps the target from being deployed. Given to its plan instead of thrown: every command of
   * cdktf synthesizes every stack, and one target's problem must not stop another, nor a destroy.
   */
  readonly problems: readonly Problem[];
}

/** What is known of an environment before a cloud's settings are put together. */
export interface CloudFacts {
  readonly environment: string;
  readonly preset: Preset;
  /** Where the state is, with `KIT_STATE=local`. */
  readonly stateDirectory: string;
  readonly read: ReadSettings;
  readonly records: EnvironmentRecord;
  readonly user: string | undefined;
  readonly now: Date;
}

/** What is one cloud's own about its settings. */
export interface CloudOwn {
  readonly target: TargetName;
  /** Settings that cannot change in an environment's life. */
  readonly fixed: Readonly<Record<string, string>>;
  /** What this cloud would not take. */
  readonly problems: readonly Problem[];
}

/** The settings of one cloud. */
export function loadCloud(
  { target, fixed, problems: ownProblems }: CloudOwn,
  { environment, preset, stateDirectory, read, records, user, now }: CloudFacts,
): CloudSettings {
  const { values, problems } = read;
  const known = records.targets[target];
  const isFor = (given: string | null): boolean => given === environment;
  const kept = {
    tier: preset.size === 'sandbox' ? 'sandbox' : 'small and larger',
    database: values.database,
    ...fixed,
  };
  const record = targetRecord(values, preset, known, kept, user, now);
  return Object.freeze({
    name: `thebes-${environment}`,
    preset: lockedLike(known, record.storage ? presetOver(preset, record.storage) : preset),
    domain: values.domain,
    tls: values.tls,
    adminCidrs: orEverywhere(values.adminCidrs),
    clientCidrs: orEverywhere(values.clientCidrs),
    state: values.state,
    image: values.image,
    spot: values.spot,
    database: values.database,
    kubernetesLogin: values.kubernetesLogin,
    mayDestroy: isFor(values.allowDestroy),
    mayReplace: isFor(values.allowReplace),
    forgetsCluster: isFor(values.forgetCluster),
    record,
    tags: environmentTags({
      environment,
      size: preset.size,
      owner: record.owner ?? '',
      expires: record.expires,
    }),
    warnings: cloudWarnings(values, preset),
    problems: [
      ...problems.cloud,
      ...problems[target],
      ...ownProblems,
      ...cloudProblems(values, preset),
      ...guardProblems(values, environment),
      ...stateProblems(values, environment, known, stateFile(stateDirectory, target)),
      ...(isFor(values.allowReplace) ? [] : replacementProblems(environment, known?.fixed, kept)),
    ],
  });
}

function targetRecord(
  values: SettingValues,
  preset: Preset,
  known: TargetRecord | undefined,
  fixed: Readonly<Record<string, string>>,
  user: string | undefined,
  now: Date,
): TargetRecord {
  const { lifetimeMs } = values;
  // An end that was moved (`npm run extend`) stays moved, also where kit.config.ts has a lifetime, until
  // another lifetime is set. That one begins now: from the first deploy on it may be over already.
  const isEndKept = known !== undefined && (lifetimeMs === null || lifetimeMs === known.lifetimeMs);
  return {
    size: preset.size,
    created: known?.created ?? now.toISOString(),
    expires: isEndKept ? known.expires : endAfter(lifetimeMs ?? preset.lifetimeMs, now),
    ...(lifetimeMs === null || lifetimeMs === Infinity ? {} : { lifetimeMs }),
    state: statePlaceText(values.state),
    ...(known?.account === undefined ? {} : { account: known.account }),
    owner: values.owner ?? known?.owner ?? tagText(user),
    fixed,
    storage: grownStorage(preset, known?.storage),
  };
}

function endAfter(lifetimeMs: number | null, now: Date): string | null {
  if (lifetimeMs === null || lifetimeMs === Infinity) return null;
  return new Date(now.getTime() + lifetimeMs).toISOString();
}

/**
 * The lock of what is deployed, whatever the command says: a destroy that forgot `KIT_SIZE` is a sandbox's,
 * which has none, and Terraform knows of `prevent_destroy` only what is in front of it.
 */
function lockedLike(known: TargetRecord | undefined, preset: Preset): Preset {
  const deployed = Object.values(presets).find(({ size }) => size === known?.size);
  if (deployed?.protection.stackLock !== true) return preset;
  return { ...preset, protection: { ...preset.protection, stackLock: true } };
}

/** With another state, or an empty one, Terraform would make everything a second time. */
function stateProblems(
  values: SettingValues,
  environment: string,
  known: TargetRecord | undefined,
  file: string,
): Problem[] {
  if (known === undefined) return [];
  const now = statePlaceText(values.state);
  if (known.state !== now) {
    return [problem('STATE_ELSEWHERE', { environment, before: known.state, now })];
  }
  const isMissing = values.state.kind === 'local' && !existsSync(file);
  return isMissing ? [problem('STATE_MISSING', { environment, file })] : [];
}

/** A user's name as a tag may hold it. */
function tagText(user: string | undefined): string {
  const text = (user ?? '').replace(/[^\w.@+-]/g, '-').slice(0, 60);
  return text === '' ? 'unknown' : text;
}

function orEverywhere(cidrs: readonly string[]): readonly string[] {
  return cidrs.length === 0 ? ['0.0.0.0/0'] : cidrs;
}

/** A guard is released by the environment's name, so that a variable left in a shell releases no other. */
function guardProblems(values: SettingValues, environment: string): Problem[] {
  const guards = [
    ['KIT_ALLOW_DESTROY', values.allowDestroy],
    ['KIT_ALLOW_REPLACE', values.allowReplace],
    ['KIT_FORGET_CLUSTER', values.forgetCluster],
  ] as const;
  return guards
    .filter(([, given]) => given !== null && given !== environment)
    .map(([variable, given]) =>
      problem('GUARD_OF_ANOTHER', { variable, given: given ?? '', environment }),
    );
}
