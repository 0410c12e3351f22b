import path from 'node:path';
import { usualPorts } from '../contract/index.ts';
import type { PortName, Ports, Preset, Size } from '../contract/index.ts';
import { presets } from '../presets/index.ts';
import { awsProblems } from './aws-problems.ts';
import { problem } from './catalogue.ts';
import type { KitConfig } from './define-kit.ts';
import { cloudRecord, readEnvironmentRecord } from './environment-record.ts';
import { KitError } from './kit-error.ts';
import { loadCloud } from './load-cloud.ts';
import type { CloudSettings } from './load-cloud.ts';
import type { Problem } from '../toolchain/index.mjs';
import { readSettings } from './read-settings.ts';
import type { SettingValues } from './settings.ts';

/** The settings of the environment a command is about, checked and frozen. */
export interface Kit {
  readonly environment: string;
  readonly size: Size;
  /** What the size decides. */
  readonly preset: Preset;
  /** Folder of the checkout, where cdktf.json is. */
  readonly root: string;
  /** Where everything of the environment is kept on this machine: `state/<environment>`. */
  readonly stateDirectory: string;
  readonly local: LocalSettings;
  readonly aws: AwsSettings;
}

/** What the target `aws` runs on. */
export interface AwsSettings extends CloudSettings {
  readonly region: string;
  /** Who administers the cluster; none: who deploys it first. */
  readonly admins: readonly string[];
  readonly natPerZone: boolean;
}

/** What the target `local` runs on. */
export interface LocalSettings {
  readonly host: string;
  readonly ports: Ports;
  readonly logLevel: SettingValues['logLevel'];
  readonly keepData: boolean;
  /**
   * What keeps `local` from being deployed. Given to its plan instead of thrown: every command of
   * cdktf synthesizes every stack, and one target's problem must not stop another, nor a destroy.
   */
  readonly problems: readonly Problem[];
}

/**
 * The settings of one environment: `KIT_*` variables win over kit.config.ts, which wins over the
 * defaults. Throws `KitError` with all problems that concern every target.
 */
export function loadKit(options: {
  readonly config: KitConfig;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly root: string;
  /** The present; a test's. */
  readonly now?: Date;
}): Kit {
  const environment = options.variables['KIT_ENV'] ?? 'dev';
  const named = isEnvironmentName(environment);
  const read = readSettings(options.config, environment, options.variables);
  const fatal = [
    ...(named ? [] : [problem('ENVIRONMENT_NAME', { name: environment })]),
    ...read.problems.kit,
  ];
  if (fatal.length > 0) {
    const { local, cloud, aws } = read.problems;
    throw new KitError([...fatal, ...local, ...cloud, ...aws]);
  }

  const { values } = read;
  const ports = choosePorts(values);
  const preset = presets[values.size];
  const stateDirectory = path.join(options.root, 'state', environment);
  const cloud = {
    environment,
    preset,
    stateDirectory,
    read,
    records: readEnvironmentRecord(cloudRecord(options.root, environment)),
    user: options.variables['USER'] ?? options.variables['LOGNAME'],
    now: options.now ?? new Date(),
  };
  return Object.freeze({
    environment,
    size: values.size,
    preset,
    root: options.root,
    stateDirectory,
    local: Object.freeze({
      host: values.host,
      ports: ports.ports,
      logLevel: values.logLevel,
      keepData: values.keepData,
      problems: [
        ...(values.size === 'sandbox' ? [] : [problem('SIZE_NOT_ON_LOCAL', { size: values.size })]),
        ...read.problems.local,
        ...ports.problems,
      ],
    }),
    aws: Object.freeze({
      ...loadCloud(
        {
          target: 'aws',
          fixed: { region: values.awsRegion },
          problems: awsProblems(values, environment),
        },
        cloud,
      ),
      region: values.awsRegion,
      admins: values.awsAdmins,
      natPerZone: values.awsNatPerZone,
    }),
  });
}

/** Bounds of the clouds' names: RDS forbids double dashes, Google ids end at 30 (iac.md 3.1). */
function isEnvironmentName(name: string): boolean {
  return /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) && name.length <= 18;
}

function choosePorts(values: SettingValues): { ports: Ports; problems: Problem[] } {
  const ports: Ports = Object.freeze({
    client: values.clientPort ?? usualPorts.client + values.portOffset,
    webSocket: values.webSocketPort ?? usualPorts.webSocket + values.portOffset,
    monitoring: values.monitoringPort ?? usualPorts.monitoring + values.portOffset,
  });
  const names = Object.keys(usualPorts) as PortName[];
  const equal = names.filter((name) => names.some((n) => n !== name && ports[n] === ports[name]));
  const [first] = equal;
  if (first === undefined) return { ports, problems: [] };
  return {
    ports,
    problems: [problem('PORTS_EQUAL', { names: equal.join(', '), port: ports[first] })],
  };
}
