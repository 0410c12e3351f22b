// Goal: an environment whose cluster nobody reaches any more can still be taken away, by commands alone.
import { AwsEnvironment } from './aws-environment.ts';

jest.setTimeout(600_000);

const deploy = ['deploy', 'aws', '--auto-approve'];
const destroy = ['destroy', 'aws', '--auto-approve'];

describe('an environment whose cluster is lost', () => {
  test.each([
    { how: 'does not answer', lose: (environment: AwsEnvironment) => environment.loseCluster() },
    { how: 'was deleted', lose: (environment: AwsEnvironment) => environment.deleteCluster() },
  ])('is destroyed once its cluster is forgotten (the cluster $how)', async ({ how, lose }) => {
    const environment = await AwsEnvironment.open(how === 'was deleted' ? 'deleted' : 'silent');
    const settings = environment.settings('sandbox');
    await environment.succeed(deploy, settings);
    lose(environment);

    const stuck = await environment.cdktf(destroy, settings);
    expect(stuck.code).not.toBe(0);

    const forgetting = { ...settings, KIT_FORGET_CLUSTER: environment.name };
    const forgotten = await environment.succeed(deploy, forgetting);
    expect(forgotten).toContain('kubernetes_namespace_v1');
    expect(forgotten).toContain('will no longer be managed by Terraform');

    await environment.succeed(destroy, settings);
    expect(environment.live().filter((object) => object.startsWith('aws_'))).toEqual([]);
  });
});
