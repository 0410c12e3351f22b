/**
 * Goal: a stack that breaks a policy is refused by its plan, by name, and can be destroyed all the
 * same. Method: the real Terraform on a stack that needs no provider.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { refuseViolations } from '../../../modules/policy/index.ts';
import { presets } from '../../../modules/presets/index.ts';
import { tempDir } from '../../support/index.ts';

const facts = { preset: presets.sandbox, clientCidrs: [], mayDestroy: false, versions: [] };

function stack(input: Record<string, string>) {
  return refuseViolations({ resource: { terraform_data: { home: { input } } } }, facts);
}

function terraform(cwd: string, ...args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync('terraform', args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1' },
  });
  return { status, output: stdout + stderr };
}

describe('A stack that breaks a policy', () => {
  test('is refused when it is planned, and is destroyed nevertheless', () => {
    const folder = tempDir();
    const write = (json: unknown): void =>
      writeFileSync(join(folder, 'cdk.tf.json'), JSON.stringify(json));
    write(stack({ user: 'root' }));
    expect(terraform(folder, 'init', '-no-color').status).toBe(0);
    expect(terraform(folder, 'apply', '-auto-approve', '-no-color').status).toBe(0);

    write(stack({ password: 'hunter2hunter2' }));
    const refused = terraform(folder, 'plan', '-no-color');
    expect(refused.status).toBe(1);
    expect(refused.output).toContain('breaks the policy no-secret-written-down');
    expect(refused.output).toContain('terraform_data.home: input.password is written down');

    const destroyed = terraform(folder, 'destroy', '-auto-approve', '-no-color');
    expect(destroyed.output).toContain('1 destroyed');
    expect(destroyed.status).toBe(0);
  });
});
