import type { Rule } from './rule.ts';
import { accountRules } from './rules/accounts.ts';
import { connectionRules } from './rules/connections.ts';
import { exposureRules } from './rules/exposure.ts';
import { graphRules } from './rules/graph.ts';
import { namespaceRules } from './rules/namespaces.ts';
import { protectionRules } from './rules/protection.ts';
import { secretRules } from './rules/secrets.ts';
import { storageRules } from './rules/storage.ts';
import { versionRules } from './rules/versions.ts';
import { workloadRules } from './rules/workloads.ts';

/** Every rule, in the order of the page (docs/reference/policies.md). */
export const rules: readonly Rule[] = [
  ...storageRules,
  ...exposureRules,
  ...accountRules,
  ...connectionRules,
  ...secretRules,
  ...workloadRules,
  ...namespaceRules,
  ...graphRules,
  ...protectionRules,
  ...versionRules,
];

/** Advice that scanners give and that is not taken, with the reason (iac.md 5.3). */
export const notRules: readonly { readonly advice: string; readonly reason: string }[] = [
  {
    advice: 'A Kubernetes API without a public address',
    reason:
      'Terraform runs where its user is; the API is open to KIT_ADMIN_CIDRS alone, which has to be set from size small up, and asks who is there.',
  },
  {
    advice: 'Secrets that rotate by themselves',
    reason:
      'The copy in the cluster would go stale, and the broker would lose its database on a day of its own choosing. A new version of the secret in the stack renews all places at once.',
  },
  {
    advice: 'Keys of our own for images and logs',
    reason:
      'Images hold what is in this repository, logs no payload; a key more is one more thing to lose.',
  },
  {
    advice: 'Logs kept for a year',
    reason: 'The preset says how long: a sandbox of eight hours has no use for it.',
  },
  {
    advice: 'Access logs of the load balancer',
    reason:
      'A network load balancer writes them for listeners that end TLS only; the broker logs who logs in.',
  },
  {
    advice: 'Authorized networks on GKE',
    reason: 'The cluster there has no address to authorize for: it is reached by its DNS name.',
  },
  {
    advice: 'Binary Authorization, and keys of the customer for disks of Google',
    reason: 'Both need parts of a project that a stack cannot take away again.',
  },
  {
    advice: 'Images pulled at each start (imagePullPolicy Always)',
    reason:
      'Tags here never change what they name, and a registry that is down must not keep a pod from coming back.',
  },
];
