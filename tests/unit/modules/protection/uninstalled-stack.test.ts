import { Testing } from '../../../../modules/cdk.ts';
import { UninstalledStack } from '../../../../modules/protection/index.ts';

describe('UninstalledStack', () => {
  test('stands for a cloud whose bindings are missing, and says at its plan how to install them', () => {
    const stack = new UninstalledStack(Testing.app(), 'aws');
    const { locals, resource } = JSON.parse(Testing.synth(stack)) as {
      locals: { problems: string[] };
      resource: { terraform_data: { environment: object } };
    };
    expect(stack.node.id).toBe('aws');
    expect(locals.problems).toEqual([expect.stringMatching(/BINDINGS_MISSING[^]*npm ci/)]);
    expect(resource.terraform_data.environment).toMatchObject({
      lifecycle: { precondition: [{ condition: '${length(local.problems) == 0}' }] },
    });
  });
});
