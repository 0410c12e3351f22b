// Goal: the state of a cloud's stack in S3, with the real Terraform. Method: a stack that consists of
// its guards only, and a store that answers what Terraform asks of S3.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Testing } from '../../../modules/cdk.ts';
import { loadKit } from '../../../modules/config/index.ts';
import type { Kit } from '../../../modules/config/index.ts';
import { GuardedStack } from '../../../modules/protection/index.ts';
import { ObjectStore, repositoryRoot, tempDir } from '../../support/index.ts';

class BareStack extends GuardedStack {
  constructor(scope: ReturnType<typeof Testing.app>, kit: Kit) {
    super(scope, kit, 'aws');
  }
}

let store: ObjectStore;
let outdir: string;

beforeEach(async () => {
  store = new ObjectStore();
  await store.start();
  outdir = tempDir();
});

/** Runs Terraform on the stack of an environment, in the one folder that all of them share. */
async function terraform(environment: string, ...commands: string[][]): Promise<string> {
  const variables = { KIT_ENV: environment, KIT_STATE: 's3://state-of-acme/brokers' };
  const kit = loadKit({ config: { environments: {} }, variables, root: repositoryRoot });
  const app = Testing.app({ outdir });
  const stack = new BareStack(app, { ...kit, root: repositoryRoot });
  const folder = path.join(outdir, 'stacks', 'aws');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'cdk.tf.json'), Testing.synth(stack));
  let output = '';
  for (const command of commands) {
    const child = spawn(
      process.env['TERRAFORM_BINARY_NAME'] ?? 'terraform',
      [...command, '-no-color', '-input=false'],
      {
        cwd: folder,
        env: { PATH: process.env['PATH'], CHECKPOINT_DISABLE: '1', ...store.variables },
      },
    );
    child.stdout.on('data', (piece) => (output += String(piece)));
    child.stderr.on('data', (piece) => (output += String(piece)));
    const [code] = (await once(child, 'close')) as [number | null];
    output += `\n${command.join(' ')} ended with ${code}\n`;
    if (code !== 0) break;
  }
  return output;
}

// The record of the environment goes to the checkout, so nothing that writes it is applied here.
const apply = ['apply', '-auto-approve', '-target=terraform_data.environment'];
const stateOf = (environment: string): string =>
  `state-of-acme/brokers/thebes/${environment}/aws.tfstate`;

describe('the state of a cloud in S3', () => {
  test('lies under the name of its environment, and its lock goes when the command ends', async () => {
    const output = await terraform('one', ['init'], apply);
    expect(output).toContain('apply -auto-approve -target=terraform_data.environment ended with 0');
    expect([...store.objects.keys()]).toEqual([stateOf('one')]);
    expect(store.objects.get(stateOf('one'))?.toString()).toContain('"name": "environment"');
    expect(store.requests).toContain(`PUT ${stateOf('one')}.tflock`);
    expect(store.requests).toContain(`DELETE ${stateOf('one')}.tflock`);
  });

  test('rejects a second command while another one holds the lock, and says who', async () => {
    await terraform('one', ['init'], apply);
    const lock = {
      ID: '6c1f8a86-2f0c-1c2a-9d0e-0f4b6c1b7a11',
      Who: 'ada@laptop',
      Operation: 'apply',
    };
    store.objects.set(`${stateOf('one')}.tflock`, Buffer.from(JSON.stringify(lock)));
    const output = await terraform('one', apply);
    expect(output).toContain('Error acquiring the state lock');
    expect(output).toContain('ada@laptop');
    expect(output).toContain('ended with 1');
  });

  test('is switched with the environment in one checkout, and both states live on', async () => {
    await terraform('one', ['init'], apply);
    const output = await terraform('two', ['init'], apply);
    expect(output).not.toContain('Backend configuration changed');
    expect(output).toContain('ended with 0');
    await terraform('one', ['init'], apply);
    expect([...store.objects.keys()].sort()).toEqual([stateOf('one'), stateOf('two')]);
  });
});
