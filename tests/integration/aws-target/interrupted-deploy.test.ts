// Goal: Ctrl-C in the middle of a deploy loses nothing that was made, and locks nothing. Method: real cdktf
// and Terraform on a simulated account, with the state in a bucket, interrupted as a terminal does it.
import { once } from 'node:events';
import path from 'node:path';
import { waitUntil } from '../../support/index.ts';
import { AwsEnvironment } from './aws-environment.ts';

jest.setTimeout(600_000);

describe('A deploy to AWS that is interrupted', () => {
  test('writes down what it made and gives its lock back, so that the same command goes on', async () => {
    const environment = await AwsEnvironment.open('interrupted');
    const { checkout } = environment;
    const settings = environment.settings('sandbox');
    const child = checkout.startNode(
      ['node_modules/cdktf-cli/bundle/bin/cdktf', 'deploy', 'aws', '--auto-approve'],
      {
        ...environment.variables(settings),
        TERRAFORM_BINARY_NAME: path.join(checkout.root, 'scripts/patient-terraform.sh'),
      },
    );
    child.stdout?.resume();
    child.stderr?.resume();
    const ended = once(child, 'close');
    const begun = { timeoutMs: 300_000, what: 'the deploy to be in the middle' };
    await waitUntil(() => environment.live().length > 20, begun);
    child.kill('SIGINT');
    await ended;
    const inOrder = { timeoutMs: 120_000, what: 'Terraform to give its lock back' };
    await waitUntil(() => !environment.isLocked(), inOrder);

    await environment.succeed(['deploy', 'aws', '--auto-approve'], settings);
    await environment.succeed(['destroy', 'aws', '--auto-approve'], settings);
    expect(environment.live()).toEqual([]);
  });
});
