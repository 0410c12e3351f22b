import { lastLines } from '../../host/index.ts';
import { blocks } from '../../synthesized/index.ts';
import { advice } from '../advice.ts';
import { fault, ok, warning } from '../examination.ts';
import type { Examined } from '../examination.ts';
import type { Outside } from '../../outside/index.ts';
import { askAws } from '../../outside/index.ts';

/** Who is logged in. */
export interface Caller {
  readonly account: string;
  /** The role or user; of a role without its path, which the session does not tell. */
  readonly principal: string;
}

/** Whether the tool is there and new enough. */
export async function examineTool(outside: Outside): Promise<Examined> {
  const name = 'aws tool';
  const { status, output, errorOutput } = await outside.run(['aws', '--version']);
  if (status !== 0) {
    const reason = lastLines(errorOutput, 1);
    return fault(name, advice('CLOUD_TOOL_MISSING', { tool: 'aws', reason }));
  }
  // Version 1 says so on its error output with some Pythons.
  const found = (output + errorOutput).trim().split(' ')[0] ?? '';
  return /^aws-cli\/[2-9]/.test(found)
    ? ok(name, found)
    : fault(name, advice('CLOUD_TOOL_OLD', { found }));
}

/** Who is logged in, to which account; no caller where nobody is. */
export async function examineCaller(
  outside: Outside,
): Promise<{ readonly examined: Examined; readonly caller?: Caller }> {
  const name = 'login';
  const asked = await askAws(outside, ['sts', 'get-caller-identity']);
  if (!asked.isAnswered) {
    return { examined: fault(name, advice('NOT_LOGGED_IN', { reason: asked.reason })) };
  }
  const [account, arn] = [String(asked.answer['Account']), String(asked.answer['Arn'])];
  return {
    examined: ok(name, `${arn}, account ${account}`),
    caller: { account, principal: principalOf(arn) },
  };
}

/** `arn:aws:sts::1:assumed-role/deployer/session` as the role that was assumed. */
export function principalOf(arn: string): string {
  return arn.replace(
    /^arn:(aws[\w-]*):sts::(\d+):assumed-role\/([^/]+)\/.*$/,
    'arn:$1:iam::$2:role/$3',
  );
}

/** Whether the account may use the region. */
export async function examineRegion(outside: Outside, region: string): Promise<Examined> {
  const name = 'region';
  // Asked elsewhere: in a region that is not enabled, nobody is known.
  const where = ['--region', 'us-east-1', '--all-regions', '--region-names', region];
  const asked = await askAws(outside, ['ec2', 'describe-regions', ...where]);
  if (!asked.isAnswered) {
    return asked.code === 'InvalidParameterValue'
      ? fault(name, advice('REGION_NOT_ENABLED', { region, found: 'no region of that name' }))
      : warning(
          name,
          advice('NOT_READABLE', {
            what: 'Whether the region is enabled',
            reason: asked.reason,
            need: 'the permission ec2:DescribeRegions',
          }),
        );
  }
  const status = String(blocks(asked.answer, 'Regions')[0]?.['OptInStatus']);
  return status === 'not-opted-in'
    ? fault(name, advice('REGION_NOT_ENABLED', { region, found: status }))
    : ok(name, region);
}
