import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Testing } from '../../../../modules/cdk.ts';
import { loadKit } from '../../../../modules/config/index.ts';
import type { Kit } from '../../../../modules/config/index.ts';
import { GuardedStack } from '../../../../modules/protection/index.ts';

class BareStack extends GuardedStack {
  constructor(scope: ReturnType<typeof Testing.app>, kit: Kit) {
    super(scope, kit, 'aws');
  }
}

interface Synthesized {
  readonly terraform: { readonly backend: Record<string, Record<string, unknown>> };
  readonly locals: { readonly problems: readonly string[] };
  readonly resource: {
    readonly terraform_data: Record<string, { readonly lifecycle?: Record<string, unknown> }>;
  };
}

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'thebes-guarded-'));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

function kitOf(variables: Record<string, string> = {}): Kit {
  return loadKit({ config: { environments: {} }, variables, root });
}

function synthesize(variables: Record<string, string> = {}): Synthesized {
  const stack = new BareStack(Testing.app(), kitOf(variables));
  return JSON.parse(Testing.synth(stack)) as Synthesized;
}

const production = {
  KIT_SIZE: 'large',
  KIT_ADMIN_CIDRS: '203.0.113.0/24',
  KIT_CLIENT_CIDRS: '203.0.113.0/24',
  KIT_STATE: 's3://state-of-acme/brokers',
};

describe('GuardedStack', () => {
  test('keeps the state of a sandbox on this machine, by its absolute path', () => {
    expect(synthesize({ KIT_ENV: 'b' }).terraform.backend).toEqual({
      local: { path: path.join(root, 'state', 'b', 'aws.tfstate') },
    });
  });

  test('keeps the state in S3 with a lock beside it', () => {
    const { s3 } = synthesize(production).terraform.backend;
    expect(s3).toEqual({
      bucket: 'state-of-acme',
      key: 'brokers/thebes/dev/aws.tfstate',
      region: 'eu-central-1',
      encrypt: true,
      use_lockfile: true,
    });
  });

  test('reaches a bucket in the region that it is said to be in', () => {
    const stack = synthesize({ KIT_STATE: 's3://acme@us-east-1/x', KIT_REGION: 'eu-west-1' });
    expect(stack.terraform.backend['s3']).toMatchObject({ bucket: 'acme', region: 'us-east-1' });
  });

  test('keeps the state in a bucket of Google, and in a Space of DigitalOcean', () => {
    const backend = (state: string): Record<string, Record<string, unknown>> =>
      synthesize({ KIT_STATE: state }).terraform.backend;
    expect(backend('gcs://acme')).toEqual({
      gcs: { bucket: 'acme', prefix: 'thebes/dev/aws' },
    });
    expect(backend('spaces://acme@fra1/x').s3).toMatchObject({
      bucket: 'acme',
      key: 'x/thebes/dev/aws.tfstate',
      use_lockfile: true,
      skip_requesting_account_id: true,
    });
  });

  test('forgets which object in the bucket another environment had', () => {
    const app = Testing.app({ outdir: path.join(root, 'cdktf.out') });
    const pointer = path.join(app.outdir, 'stacks', 'aws', '.terraform', 'terraform.tfstate');
    mkdirSync(path.dirname(pointer), { recursive: true });
    const remember = (environment: string): void => {
      const config = {
        bucket: 'state-of-acme',
        key: `brokers/thebes/${environment}/aws.tfstate`,
      };
      writeFileSync(pointer, JSON.stringify({ backend: { type: 's3', config } }));
    };
    remember('dev');
    new BareStack(app, kitOf(production));
    expect(() => rmSync(pointer)).not.toThrow();
    remember('other');
    new BareStack(Testing.app({ outdir: app.outdir }), kitOf(production));
    expect(() => rmSync(pointer)).toThrow('ENOENT');
  });

  test('locks production against destroy, until its own name releases it', () => {
    const lock = (variables: Record<string, string>): unknown =>
      synthesize(variables).resource.terraform_data['lock']?.lifecycle;
    expect(lock({})).toBeUndefined();
    expect(lock(production)).toEqual({ prevent_destroy: true });
    expect(lock({ ...production, KIT_ALLOW_DESTROY: 'dev' })).toEqual({ prevent_destroy: false });
    expect(lock({ ...production, KIT_ALLOW_DESTROY: 'other' })).toEqual({ prevent_destroy: true });
  });

  test('hands problems to the plan, so that neither destroy nor another target is stopped by them', () => {
    const { locals, resource } = synthesize({ KIT_SIZE: 'large' });
    expect(locals.problems.join('\n')).toMatch(
      /CIDRS_MISSING[^]*CIDRS_MISSING[^]*STATE_NOT_SHARED/,
    );
    expect(resource.terraform_data['environment']?.lifecycle).toMatchObject({
      precondition: [{ condition: '${length(local.problems) == 0}' }],
    });
    expect(synthesize(production).locals.problems).toEqual([]);
  });

  test('shows what somebody typed as it is, also where Terraform would reckon with it', () => {
    const { problems } = synthesize({ KIT_OWNER: '${local.problems} %{ if' }).locals;
    expect(problems).toEqual([expect.stringContaining('"$${local.problems} %%{ if"')]);
  });

  test('forgets what is in the cluster when told to by the name of the environment', () => {
    const forgetting = (environment: string): unknown => {
      const stack = new BareStack(Testing.app(), kitOf({ KIT_FORGET_CLUSTER: environment }));
      stack.addOverride('resource.kubernetes_namespace_v1.broker', {});
      return (JSON.parse(Testing.synth(stack)) as Record<string, unknown>)['removed'];
    };
    expect(forgetting('dev')).toEqual([
      { from: 'kubernetes_namespace_v1.broker', lifecycle: { destroy: false } },
    ]);
    expect(forgetting('other')).toBeUndefined();
  });
});
