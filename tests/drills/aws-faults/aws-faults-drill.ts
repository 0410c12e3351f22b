import { simulate, TerraformError } from '../../support/simulated-providers/index.ts';
import type { FaultPlan, Simulation } from '../../support/simulated-providers/index.ts';
import { AwsScene } from '../../stacks/aws-scene.ts';
import type { Drill, DrillRequest, DrillResult } from '../drill.ts';

/**
 * Goal: a deploy or a destroy that fails at any place is completed by running it again, and nothing is
 * left behind; nobody touches the state by hand.
 *
 * Method: the whole stack of size large with the real Terraform on simulated providers, once for each fault. The fault
 * hits the n-th creation: an error of the API, or the provider's death in the call. The same command again
 * has to complete and to plan nothing more. Then the protection is released, as it is before any destroy, and the
 * n-th deletion is hit the same way. At the end nothing may live in the account.
 */
export const awsFaultsDrill: Drill = {
  name: 'aws-faults',
  goal: 'a deploy or destroy on AWS that failed anywhere is completed by running it again',
  unit: 'faults in each direction',
  // Of some 130 resources: at each tenth.
  fullCount: 13,
  run,
};

const released = { KIT_ALLOW_DESTROY: 'dev' };

async function run({ count, say }: DrillRequest): Promise<DrillResult> {
  const scene = new AwsScene();
  const stackOf = (variables = {}): string =>
    JSON.stringify(scene.json(scene.kit('large', variables)));
  const stack = stackOf();
  const resourceCount = stackSize(stack);
  const faults: string[] = [];
  let interruptionCount = 0;
  for (let round = 0; round < count; round += 1) {
    const nth = Math.floor(((round + 1) * resourceCount) / (count + 1));
    const effect = effects[round % effects.length] ?? effects[0];
    const what = `${effect.kind} at resource ${nth} of ${resourceCount}`;
    const simulation = await simulate(stack);
    for (const on of ['create', 'destroy'] as const) {
      const command = on === 'create' ? 'apply' : 'destroy';
      if (on === 'destroy') {
        await simulation.change(stackOf(released));
        await simulation.apply();
      }
      simulation.fail({ on, target: '*', nth, effect });
      const wasHit = await fails(simulation, command);
      simulation.heal();
      if (wasHit) interruptionCount += 1;
      else faults.push(`${what}: ${command} did not meet the fault, so this round shows nothing`);
      faults.push(...(await completes(simulation, command)).map((fault) => `${what}: ${fault}`));
    }
    say(`${what}: done`);
  }
  return { faults, facts: { resourceCount, interruptionCount } };
}

const effects = [
  { kind: 'error', message: 'InternalFailure (planted)' },
  { kind: 'crash', moment: 'before' },
] as const satisfies readonly FaultPlan['effect'][];

/** Resources that a provider makes; `terraform_data` are Terraform's own. */
function stackSize(stack: string): number {
  const { resource } = JSON.parse(stack) as { resource: Record<string, object> };
  return Object.entries(resource)
    .filter(([type]) => !type.startsWith('terraform_'))
    .reduce((sum, [, named]) => sum + Object.keys(named).length, 0);
}

async function fails(simulation: Simulation, command: 'apply' | 'destroy'): Promise<boolean> {
  try {
    await simulation[command]();
    return false;
  } catch (error) {
    if (error instanceof TerraformError) return true;
    throw error;
  }
}

/** What is wrong after the same command was run again. */
async function completes(simulation: Simulation, command: 'apply' | 'destroy'): Promise<string[]> {
  try {
    await simulation[command]();
  } catch (error) {
    return [`${command}, run again, failed: ${String(error)}`];
  }
  if (command === 'destroy') {
    const left = simulation.live().map(({ address, type, id }) => address ?? `${type} ${id}`);
    return left.length === 0 ? [] : [`left behind: ${left.join(', ')}`];
  }
  const changes = await simulation.plan();
  return changes.length === 0 ? [] : [`planned again: ${JSON.stringify(changes)}`];
}
