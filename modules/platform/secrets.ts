import { SecretV1 } from '@cdktf/provider-kubernetes/lib/secret-v1/index.js';
import type { Ready, Secret } from '../contract/index.ts';
import type { Place } from './place.ts';

/** A Secret of the cluster, as pods and their checksums name it. */
export interface MountedSecret {
  readonly name: string;
  /** Changes when its passwords are written anew. */
  readonly revision: number;
}

/**
 * A Secret whose files hold passwords: write-only ones by the arguments that leave them out of plan
 * and state, others as data. Never both in one Secret, which the provider refuses (iac.md 1.1).
 */
export function mountedSecret<Name extends string>(
  { scope, namespace }: Place,
  name: string,
  passwords: Readonly<Record<Name, Secret>>,
  options: {
    /** The content of each file; the passwords are expressions that Terraform fills in. */
    readonly files: (passwords: Readonly<Record<Name, string>>) => Readonly<Record<string, string>>;
    readonly after: Ready;
  },
): MountedSecret {
  const secrets = Object.values<Secret>(passwords);
  const expressions = Object.fromEntries(
    Object.entries<Secret>(passwords).map(([key, secret]) => [key, expressionOf(secret)]),
  ) as Record<Name, string>;
  const files = { ...options.files(expressions) };
  // Each version only grows, so their sum changes whenever one of them does.
  const revision = secrets.reduce((sum, secret) => sum + versionOf(secret), 0);
  const isWriteOnly = secrets.every(({ kind }) => kind === 'writeOnly');
  if (!isWriteOnly && secrets.some(({ kind }) => kind === 'writeOnly')) {
    throw new Error(`The secret ${name} mixes write-only passwords with others`);
  }
  const secret = new SecretV1(scope, `platform-secret-${name}`, {
    metadata: { name, namespace },
    type: 'Opaque',
    ...(isWriteOnly ? { dataWo: files, dataWoRevision: revision } : { data: files }),
    dependsOn: [...options.after],
  });
  return { name: secret.metadata.name, revision };
}

function expressionOf(secret: Secret): string {
  return secret.kind === 'writeOnly' ? secret.expression : secret.token;
}

function versionOf(secret: Secret): number {
  return secret.kind === 'writeOnly' ? secret.version : 0;
}
