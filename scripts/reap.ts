// `npm run reap`: takes down sandboxes whose time is over.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { auditText, isClean } from '../modules/audit/index.ts';
import { KitError, problem, stateFile } from '../modules/config/index.ts';
import type { Kit } from '../modules/config/index.ts';
import { dueTargets, settingsOf } from '../modules/lifetime/index.ts';
import type { DueTarget } from '../modules/lifetime/index.ts';
import { renderProblem } from '../modules/toolchain/index.mjs';
import { auditTarget } from './audit-target.ts';
import { cdktfRun } from './cdktf-run.ts';
import { loadKitFrom } from './load-local-kit.ts';
import { repositoryRoot } from './repository-root.ts';
import { runChild } from './run-child.ts';
import { runCommand } from './run-command.ts';

await runCommand(
  {
    command: 'npm run reap',
    purpose:
      'Lists the sandboxes whose time is over, by their records (environments/). With --yes it destroys them, one after the other, and looks at what each has left.',
    words: [],
    flags: [
      { name: '--yes', meaning: 'destroys what is listed' },
      { name: '--json', meaning: 'prints the list as JSON; not with --yes' },
    ],
  },
  async (line) => {
    if (line.has('--yes') && line.has('--json')) {
      const [accepted, next] = ['--yes or --json, one of them', 'npm run reap -- --yes'];
      throw new KitError([problem('ARGUMENT_UNKNOWN', { given: '--json', accepted, next })]);
    }
    const due = dueTargets(repositoryRoot, new Date());
    if (!line.has('--yes')) {
      console.log(line.has('--json') ? JSON.stringify({ due }, null, 2) : listText(due));
      return 0;
    }
    if (due.length === 0) console.log(listText(due));
    let failed = 0;
    for (const one of due) if (!(await reap(one))) failed += 1;
    return failed === 0 ? 0 : 1;
  },
);

function listText(due: readonly DueTarget[]): string {
  if (due.length === 0) return 'No sandbox is past its end.';
  return [
    ...due.map(
      ({ environment, target, record }) =>
        `${environment}  ${target}, ${record.size}, of ${record.owner ?? 'nobody'}, ended on ${record.expires ?? ''}`,
    ),
    'npm run reap -- --yes destroys them; npm run extend -- <environment> 8h lets one live on.',
  ].join('\n');
}

/** Destroys one and looks at what it has left; whether all of it went well. */
async function reap(due: DueTarget): Promise<boolean> {
  const variables = settingsOf(due, process.env);
  const kit = loadKitFrom({ ...process.env, ...variables });
  if (!isStateHere(kit, due)) return false;

  console.log(`\nReap       ${due.environment}: cdktf destroy ${due.target}\n`);
  const run = cdktfRun(kit, ['destroy', due.target, '--auto-approve']);
  const status = await runChild(run.args, {
    cwd: run.cwd,
    variables: { ...run.variables, ...patience(), ...variables },
  });
  if (status !== 0) return false;
  const found = await auditTarget(kit);
  console.log(`\nAudit      ${due.environment}\n${auditText(found)}`);
  return isClean(found);
}

/** By which a reap that is interrupted leaves no lock behind. */
function patience(): Readonly<Record<string, string>> {
  const patient = path.join(repositoryRoot, 'scripts', 'patient-terraform.sh');
  const chosen = process.env['TERRAFORM_BINARY_NAME'] || 'terraform';
  return chosen === patient ? {} : { TERRAFORM_BINARY_NAME: patient, PATIENT_TERRAFORM: chosen };
}

function isStateHere(kit: Kit, { environment, target, record }: DueTarget): boolean {
  const file = stateFile(kit.stateDirectory, target);
  if (record.state !== 'local' || existsSync(file)) return true;
  console.error(`\n${renderProblem(problem('STATE_NOT_HERE', { environment, file }))}\n`);
  return false;
}
