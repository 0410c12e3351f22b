// Goal: whoever runs Terraform or cdktf himself reaches a simulated account by variables alone. Method:
// Terraform in a folder of its own, as cdktf would start it, with nothing else of the harness.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '../../support/index.ts';
import { simulatedEnvironment } from '../../support/simulated-providers/index.ts';
import { smallStack } from './small-stack.ts';

// A run takes 2 s alone on a machine, and many times that beside a full test run on two cores.
jest.setTimeout(600_000);

const binary = 'terraform';

describe('simulatedEnvironment', () => {
  test('lets Terraform make and remove a stack that nobody prepared for it', async () => {
    const stack = smallStack();
    const { variables, account } = await simulatedEnvironment(JSON.stringify(stack));
    const folder = tempDir();
    writeFileSync(join(folder, 'cdk.tf.json'), JSON.stringify(stack));
    const terraform = (...words: string[]): string =>
      execFileSync(binary, words, {
        cwd: folder,
        env: { ...process.env, ...variables },
        encoding: 'utf8',
        stdio: 'pipe',
      });
    terraform('init', '-input=false');
    expect(terraform('apply', '-auto-approve', '-input=false')).toContain('22 added');
    expect(account.live()).toHaveLength(22);
    expect(terraform('destroy', '-auto-approve', '-input=false')).toContain('22 destroyed');
    expect(account.live()).toEqual([]);
    const gone = account.journal().filter(({ op }) => op === 'destroy');
    expect(gone[0]?.type).toMatch(/^(kubernetes_stateful_set_v1|aws_db_instance)$/);
    expect(gone.at(-1)?.type).not.toMatch(/^kubernetes_/);
  });
});
