import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '../../../../support/index.ts';
import {
  readStack,
  requiredProviders,
  runnableStack,
  usedTypes,
} from '../../../../support/simulated-providers/stack-file.ts';

const stack = {
  terraform: {
    backend: { local: { path: '/state' } },
    required_providers: { aws: { source: 'aws', version: '= 6.25.0' } },
  },
  data: { aws_region: { here: {} } },
  ephemeral: { random_password: { one: { length: 4 } } },
  resource: {
    aws_vpc: { main: { provisioner: [{ 'local-exec': { command: 'true' } }] } },
    aws_subnet: { counted: { count: 2 }, named: { for_each: '${toset(["a"])}' } },
    terraform_data: { image: { input: 1, provisioner: [{ 'local-exec': { command: 'true' } }] } },
  },
};

describe('A stack', () => {
  test('is given as an object, as text, or by the folder that it was synthesized to', () => {
    const folder = tempDir();
    writeFileSync(join(folder, 'cdk.tf.json'), JSON.stringify(stack));
    for (const source of [stack, JSON.stringify(stack), folder]) {
      expect(readStack(source)).toEqual(stack);
    }
    expect(() => readStack(tempDir())).toThrow(/does not exist\. Give a synthesized stack/);
  });

  test('says which providers and types it needs, without those that Terraform has itself', () => {
    expect(requiredProviders(stack)).toEqual([{ name: 'aws', source: 'aws', version: '6.25.0' }]);
    expect(Object.fromEntries(usedTypes(stack))).toEqual({
      aws: { resource: ['aws_vpc', 'aws_subnet'], data: ['aws_region'], ephemeral: [] },
      random: { resource: [], data: [], ephemeral: ['random_password'] },
    });
  });

  test('is run with the address in each resource, its own state, and no command of its own', () => {
    const run = runnableStack(stack, { provisioners: false });
    expect(run.terraform).not.toHaveProperty('backend');
    expect(run.resource).toEqual({
      aws_vpc: { main: { simulated_address: 'aws_vpc.main' } },
      aws_subnet: {
        counted: { count: 2, simulated_address: 'aws_subnet.counted[${count.index}]' },
        named: {
          for_each: '${toset(["a"])}',
          simulated_address: 'aws_subnet.named["${each.key}"]',
        },
      },
      terraform_data: { image: { input: 1 } },
    });
    expect(run.ephemeral).toMatchObject({
      random_password: { one: { simulated_address: 'ephemeral.random_password.one' } },
    });
    expect(stack.resource.aws_vpc.main).not.toHaveProperty('simulated_address');
  });

  test('runs its commands where that is asked for', () => {
    const run = runnableStack(stack, { provisioners: true }).resource as typeof stack.resource;
    expect(run.terraform_data.image.provisioner).toEqual(
      stack.resource.terraform_data.image.provisioner,
    );
  });
});
