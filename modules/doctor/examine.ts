import { problem } from '../config/index.ts';
import type { Kit } from '../config/index.ts';
import type { SupportedVersion } from '../contract/index.ts';
import type { Json } from '../synthesized/index.ts';
import type { Problem } from '../toolchain/index.mjs';
import { advice } from './advice.ts';
import { examineCaller, examineRegion, examineTool } from './aws/account.ts';
import { examineEnvironment } from './aws/environment.ts';
import { examinePermissions } from './aws/permissions.ts';
import { examineQuotas } from './aws/quotas.ts';
import { examineState } from './aws/state-bucket.ts';
import { fault, ok, warning } from './examination.ts';
import type { Examined } from './examination.ts';
import { examineEngine, examineTools } from './examine-tools.ts';
import type { Outside } from '../outside/index.ts';
import { examineVersions } from './versions.ts';

/** Whether this machine and these settings can deploy the target `local`. */
export async function examineLocal(
  outside: Outside,
  kit: Kit,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<Examined[]> {
  return [...(await examineTools(outside, variables)), ...examineSettings(kit.local.problems, [])];
}

/** Whether this machine, these settings and the account can deploy the target `aws`. Nothing is changed. */
export async function examineAws(
  outside: Outside,
  kit: Kit,
  options: {
    readonly variables: Readonly<Record<string, string | undefined>>;
    /** Undefined where the bindings, with which the versions come, are not installed. */
    readonly versions: readonly SupportedVersion[] | undefined;
    /** What a deployer has to be allowed; undefined where the file is not there. */
    readonly policy: Json | undefined;
    /** Whether a record says that the environment was deployed. */
    readonly isRecorded: boolean;
  },
): Promise<Examined[]> {
  const { aws: settings, environment } = kit;
  const { variables, versions, policy, isRecorded } = options;
  const [tools, tool, engine, login] = await Promise.all([
    examineTools(outside, variables),
    examineTool(outside),
    examineEngine(outside, { image: settings.image, platform: 'linux/arm64' }),
    examineCaller(outside),
  ]);
  return [
    ...examineSettings(settings.problems, settings.warnings),
    ...tools,
    engine,
    ...(versions === undefined
      ? [fault('bindings', problem('BINDINGS_MISSING', { target: 'aws' }))]
      : examineVersions(versions, outside.now)),
    tool,
    login.examined,
    ...(login.caller === undefined ? [] : await examineAccount(login.caller)),
  ];

  async function examineAccount(caller: NonNullable<typeof login.caller>): Promise<Examined[]> {
    const { region } = settings;
    const parts = await Promise.all([
      examineRegion(outside, region).then((one) => [one]),
      examinePermissions(outside, { caller, region, policy }).then((one) => [one]),
      examineState(outside, settings).then((one) => [one]),
      // What is there already is counted among what is in use.
      isRecorded ? [] : examineQuotas(outside, settings),
      examineEnvironment(outside, { settings, environment, caller, isRecorded }),
    ]);
    return parts.flat();
  }
}

function examineSettings(problems: readonly Problem[], warnings: readonly string[]): Examined[] {
  const found = [
    ...problems.map((one) => fault('settings', one)),
    ...warnings.map((text) => warning('settings', advice('SETTING_DOUBTFUL', { text }))),
  ];
  return found.length === 0 ? [ok('settings', 'go together')] : found;
}
