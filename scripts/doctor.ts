// `npm run doctor -- <target>`: whether this machine, the settings and the account can deploy it.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { cloudRecord, readEnvironmentRecord } from '../modules/config/index.ts';
import type { Kit } from '../modules/config/index.ts';
import type { SupportedVersion } from '../modules/contract/index.ts';
import { examineAws, examineLocal, reportText } from '../modules/doctor/index.ts';
import type { Examined } from '../modules/doctor/index.ts';
import { realOutside } from '../modules/outside/index.ts';
import { loadLocalKit } from './load-local-kit.ts';
import { runCommand } from './run-command.ts';

await runCommand(
  {
    command: 'npm run doctor',
    purpose:
      'Examines what a deploy needs: tools, settings, account. Changes nothing; ends with 1 when a deploy would fail.',
    words: [{ name: 'target', meaning: 'what is to be deployed', accepted: ['aws', 'local'] }],
    flags: [{ name: '--json', meaning: 'prints what was found as JSON' }],
  },
  async (line) => {
    const kit = loadLocalKit();
    const outside = realOutside();
    const examined =
      line.words['target'] === 'aws'
        ? await examineAws(outside, kit, { variables: process.env, ...(await awsFacts(kit)) })
        : await examineLocal(outside, kit, process.env);
    console.log(line.has('--json') ? jsonText(kit, examined) : reportText(examined));
    return examined.some(({ verdict }) => verdict === 'problem') ? 1 : 0;
  },
);

async function awsFacts(kit: Kit) {
  const policyFile = path.join(kit.root, 'docs/reference/aws-deployer-policy.json');
  return {
    versions: await awsVersions(),
    policy: existsSync(policyFile)
      ? (JSON.parse(readFileSync(policyFile, 'utf8')) as Record<string, unknown>)
      : undefined,
    isRecorded:
      readEnvironmentRecord(cloudRecord(kit.root, kit.environment)).targets['aws'] !== undefined,
  };
}

/** Undefined where the bindings of AWS are not installed, with which its module comes. */
async function awsVersions(): Promise<readonly SupportedVersion[] | undefined> {
  try {
    const { awsVersions: versions } = await import('../modules/aws/index.ts');
    return Object.values(versions);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    return undefined;
  }
}

function jsonText(kit: Kit, examined: readonly Examined[]): string {
  return JSON.stringify({ environment: kit.environment, examined }, null, 2);
}
