/** Main program of the process that sends on time; its only message is the plan. */
import { publishOnTime } from './open-loop-publisher.ts';
import type { OpenLoopPlan } from './open-loop-publisher.ts';

async function run(plan: OpenLoopPlan): Promise<void> {
  try {
    process.send?.({ outcome: await publishOnTime(plan) });
  } catch (error) {
    process.send?.({ error: error instanceof Error ? error.stack : String(error) });
  }
}

process.on('message', (plan) => {
  void run(plan as OpenLoopPlan);
});
process.on('disconnect', () => process.exit(0));
