import { TerraformStack, Testing } from '../../../../modules/cdk.ts';
import type { Secret } from '../../../../modules/contract/index.ts';
import { mountedSecret } from '../../../../modules/platform/secrets.ts';

const written = (version: number): Secret => ({
  kind: 'writeOnly',
  expression: '${ephemeral.password.value}',
  version,
});

function secretOf(passwords: Readonly<Record<string, Secret>>) {
  const stack = new TerraformStack(Testing.app(), 'stack');
  const { revision } = mountedSecret({ scope: stack, namespace: 'broker' }, 'nats', passwords, {
    files: (given) => ({ 'a.conf': `password: "${given['a'] ?? ''}"` }),
    after: [],
  });
  const { resource } = JSON.parse(Testing.synth(stack)) as {
    resource: { kubernetes_secret_v1: Record<string, Record<string, unknown>> };
  };
  return { revision, secret: resource.kubernetes_secret_v1['platform-secret-nats'] };
}

describe('mountedSecret', () => {
  test('writes what Terraform must not remember, and again when a version is raised', () => {
    const { revision, secret } = secretOf({ a: written(1), b: written(3) });
    expect(secret).toMatchObject({
      data_wo: { 'a.conf': 'password: "${ephemeral.password.value}"' },
      data_wo_revision: 4,
    });
    expect(secret).not.toHaveProperty('data');
    expect(revision).toBe(4);
  });

  test('gives what a cloud can only give as a value', () => {
    const { secret } = secretOf({ a: { kind: 'value', token: '${database.password}' } });
    expect(secret).toMatchObject({ data: { 'a.conf': 'password: "${database.password}"' } });
    expect(secret).not.toHaveProperty('data_wo');
  });

  test('rejects both kinds in one Secret, as the provider would', () => {
    expect(() => secretOf({ a: written(1), b: { kind: 'value', token: 'x' } })).toThrow(
      'The secret nats mixes write-only passwords with others',
    );
  });
});
