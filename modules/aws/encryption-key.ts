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
    // The longest that AWS takes, and it costs nothing: the last snapshots of database and disks are encrypted
    // with it, and nobody reads them once it is gone (docs/guides/aws.md, "Destroy").
    deletionWindowInDays: 30,
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
