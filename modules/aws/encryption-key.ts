import { KmsAlias } from '@cdktf/provider-aws/lib/kms-alias/index.js';
import { KmsKey } from '@cdktf/provider-aws/lib/kms-key/index.js';
import { keptFromDestroy } from './deletion-protection.ts';
import { nameOf } from './site.ts';
import type { Site } from './site.ts';

/** The ARN of a key of the customer's own; undefined where keys of AWS will do. */
export function encryptionKey(site: Site): string | undefined {
  const { scope, settings, preset, after } = site;
  if (!preset.aws.customerKey) return undefined;
  const key = new KmsKey(scope, 'key', {
    description: `Secrets, disks and database of ${settings.name}`,
    enableKeyRotation: true,
    // The shortest that AWS takes. Until then it can be called back, and costs nothing.
    deletionWindowInDays: 7,
    lifecycle: keptFromDestroy(site),
    dependsOn: [...after],
  });
  new KmsAlias(scope, 'key-alias', {
    name: `alias/${nameOf(site, 'data')}`,
    targetKeyId: key.keyId,
  });
  return key.arn;
}

/** The argument that names the key, where there is one. */
export function encryptedWith(key: string | undefined): { readonly kmsKeyId?: string } {
  return key === undefined ? {} : { kmsKeyId: key };
}
