import { SecretsmanagerSecret } from '@cdktf/provider-aws/lib/secretsmanager-secret/index.js';
import { SecretsmanagerSecretVersion } from '@cdktf/provider-aws/lib/secretsmanager-secret-version/index.js';
import { TerraformStack } from '../cdk.ts';
import type { Credential, CredentialName } from '../contract/index.ts';
import { encryptedWith } from './encryption-key.ts';
import { keptFromDestroy } from './deletion-protection.ts';
import { nameOf } from './site.ts';
import type { Site } from './site.ts';

// Ephemeral resources came with 3.7; there is no binding, and none is needed.
const randomProvider = { source: 'hashicorp/random', version: '3.7.2' };
// Another number makes each password new, in the store and wherever it is read back to.
const passwordVersion = 1;

/**
 * A password that is generated in the run that needs it, written to Secrets Manager, and read back from
 * there by whoever uses it: one that is made anew later gets the same. Nothing of it is in a plan or in a state.
 */
export function credential(site: Site, name: CredentialName, key: string | undefined): Credential {
  const { scope, settings, preset, after } = site;
  const stack = TerraformStack.of(scope);
  stack.addOverride('terraform.required_providers.random', randomProvider);
  const generated = `password-${name}`;
  stack.addOverride(`ephemeral.random_password.${generated}`, { length: 32, special: false });
  const secret = new SecretsmanagerSecret(scope, generated, {
    // AWS adds what makes it unique: a name stays taken while its secret can still be called back.
    namePrefix: `${nameOf(site, name)}-`,
    description: `Password "${name}" of ${settings.name}`,
    recoveryWindowInDays: preset.protection.stackLock ? 7 : 0,
    ...encryptedWith(key),
    lifecycle: keptFromDestroy(site),
    dependsOn: [...after],
  });
  const version = new SecretsmanagerSecretVersion(scope, `${generated}-value`, {
    secretId: secret.id,
    secretStringWo: `\${ephemeral.random_password.${generated}.result}`,
    secretStringWoVersion: passwordVersion,
  });
  stack.addOverride(`ephemeral.aws_secretsmanager_secret_version.${generated}`, {
    secret_id: version.secretId,
    // Not known before the value is written; the secret alone may be there without one, after a deploy that
    // was cut short, and reading it would then fail in each plan.
    version_id: version.versionId,
  });
  return {
    secret: {
      kind: 'writeOnly',
      expression: `\${ephemeral.aws_secretsmanager_secret_version.${generated}.secret_string}`,
      version: passwordVersion,
    },
    printCommand: `aws secretsmanager get-secret-value --region ${settings.region} --secret-id ${secret.arn} --query SecretString --output text`,
    ready: [version],
  };
}
