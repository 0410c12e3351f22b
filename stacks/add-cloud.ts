import { createRequire } from 'node:module';
import { Annotations } from '../modules/cdk.ts';
import type { App } from '../modules/cdk.ts';
import type { CdktfCommand, Kit } from '../modules/config/index.ts';
import { UninstalledStack } from '../modules/protection/index.ts';
import type { CloudName } from '../modules/protection/index.ts';
import type * as aws from './aws.ts';

/** As main.ts loads: not by import. */
const load = createRequire(import.meta.url);

/** The stack of each cloud, loaded where its bindings are installed. */
const stacks = {
  aws: {
    bindings: '@cdktf/provider-aws',
    load: (): typeof aws.AwsStack => (load('./aws.ts') as typeof aws).AwsStack,
  },
} as const;

/**
 * Adds the stack of a cloud to the app, or one in its place that names the command that installs its
 * bindings. What is allowed but had better be known is said only when the command is about this cloud.
 */
export function addCloud(app: App, kit: Kit, target: CloudName, command: CdktfCommand): void {
  const { bindings, load: loadStack } = stacks[target];
  if (!isInstalled(bindings)) {
    new UninstalledStack(app, target);
    return;
  }
  const Stack = loadStack();
  const stack = new Stack(app, kit);
  if (!command.isAbout(target) || command.verb === 'destroy') return;
  for (const warning of kit[target].warnings) Annotations.of(stack).addWarning(warning);
}

function isInstalled(bindings: string): boolean {
  try {
    load.resolve(`${bindings}/package.json`);
    return true;
  } catch {
    return false;
  }
}
