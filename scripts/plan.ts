// `npm run plan -- <target>`: what a deploy would do, in full and in short, and what it would cost.
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { estimate, estimateText } from '../modules/cost/index.ts';
import { lastLines, runProgram } from '../modules/host/index.ts';
import { planText, summarizePlan } from '../modules/plan/index.ts';
import type { Json } from '../modules/synthesized/index.ts';
import { cdktfRun } from './cdktf-run.ts';
import type { CdktfRun } from './cdktf-run.ts';
import { loadLocalKit } from './load-local-kit.ts';
import { runChild } from './run-child.ts';
import { runCommand } from './run-command.ts';

await runCommand(
  {
    command: 'npm run plan',
    purpose:
      'Shows what a deploy with the settings of this run would do: the plan of Terraform, the same in short, and what the target costs. Changes nothing.',
    words: [{ name: 'target', meaning: 'what would be deployed', accepted: ['aws', 'local'] }],
    flags: [{ name: '--json', meaning: 'prints the short form as JSON, and no plan' }],
  },
  async (line) => {
    const target = line.words['target'] ?? '';
    const kit = loadLocalKit();
    const run = cdktfRun(kit, ['diff', target]);
    const isJson = line.has('--json');
    const status = isJson ? await runQuietly(run) : await runChild(run.args, run);
    if (status !== 0) return status;

    const folder = path.join(run.stacks, target);
    const summary = summarizePlan(await readPlan(folder));
    const stack = JSON.parse(readFileSync(path.join(folder, 'cdk.tf.json'), 'utf8')) as Json;
    const cost = target === 'local' ? null : estimate(stack);
    const { environment, size } = kit;
    console.log(
      isJson
        ? JSON.stringify({ environment, size, target, ...summary, estimate: cost }, null, 2)
        : [
            `\nTarget ${target}, environment ${environment}, size ${size}: ${planText(summary)}`,
            ...(cost === null ? [] : ['', estimateText(cost)]),
          ].join('\n'),
    );
    return 0;
  },
);

async function runQuietly({ args, cwd, variables }: CdktfRun): Promise<number> {
  const end = await runProgram([process.execPath, ...args], { cwd, variables });
  if (end.status !== 0) console.error(lastLines(end.output + end.errorOutput, 40));
  return end.status ?? 1;
}

/** The plan that cdktf left beside the stack. It holds what the state holds, so it does not stay. */
async function readPlan(folder: string): Promise<Json> {
  const terraform = process.env['TERRAFORM_BINARY_NAME'] || 'terraform';
  const end = await runProgram([terraform, 'show', '-json', 'plan'], {
    cwd: folder,
    variables: { CHECKPOINT_DISABLE: '1' },
  });
  rmSync(path.join(folder, 'plan'), { force: true });
  if (end.status !== 0) throw new Error(`terraform show: ${lastLines(end.errorOutput, 5)}`);
  return JSON.parse(end.output) as Json;
}
