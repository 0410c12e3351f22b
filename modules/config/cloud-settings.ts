import { isCidr } from './cidr.ts';
import { parseLifetime } from './lifetime.ts';
import { choice, flag, list, optionalText, parsed } from './setting.ts';
import type { Setting } from './setting.ts';
import { parseStatePlace } from './state-place.ts';

/** Who ends TLS: nobody, the load balancer with a certificate of the cloud, or the broker with one of yours. */
export type TlsSetting =
  | { readonly kind: 'none' }
  | { readonly kind: 'managed' }
  | { readonly kind: 'secret'; readonly name: string };

const scope = 'cloud';
const cidrs = {
  accepted:
    'networks as 203.0.113.0/24 or 2001:db8::/32, a single address as 203.0.113.4/32, parted by commas',
  matches: isCidr,
};
const kubernetesName = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const domainName = /^(?=.{4,200}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
// `name:tag` or `name@sha256:…`; no image is deployed by a name whose content may change (iac.md 5.3).
const imageReference = /^[a-z0-9][\w./:-]*(:(?!latest$)\w[\w.-]{0,127}|@sha256:[0-9a-f]{64})$/;

const onlyForThisRun = { scope, place: null } as const;
const environmentName = {
  accepted: 'the name of the environment',
  matches: (value: string) => value !== '',
};

/** What every cloud can be told. */
export const cloudSettings = {
  lifetimeMs: parsed(
    {
      variable: 'KIT_TTL',
      place: 'ttl',
      meaning: 'after which time the environment may be taken down',
      scope,
      fallbackText: '8h for sandbox, none from small up',
    },
    {
      accepted: 'minutes, hours or days as 30m, 8h, 3d (up to 90d), or none',
      parse: parseLifetime,
      fallback: null as number | null,
    },
  ),
  owner: optionalText(
    {
      variable: 'KIT_OWNER',
      place: 'owner',
      meaning: 'whom to ask about the environment; becomes a tag of everything',
      scope,
      fallbackText: 'who deploys it first',
    },
    {
      accepted: 'up to 60 letters, digits and . _ @ + -',
      matches: (value) => /^[\w.@+-]{1,60}$/.test(value),
    },
  ),
  domain: optionalText(
    {
      variable: 'KIT_DOMAIN',
      place: 'domain',
      meaning: 'DNS zone that the environment gets names in',
      scope,
    },
    { accepted: 'a domain name', matches: (value) => domainName.test(value) },
  ),
  tls: parsed(
    {
      variable: 'KIT_TLS',
      place: 'tls',
      meaning:
        'TLS for clients: by the load balancer, or by the broker with a secret of the cluster',
      scope,
      fallbackText: 'none',
    },
    {
      accepted: 'none, managed, secret:<name>',
      parse: parseTls,
      fallback: { kind: 'none' },
    },
  ),
  adminCidrs: list(
    {
      variable: 'KIT_ADMIN_CIDRS',
      place: 'adminCidrs',
      meaning: 'from where the Kubernetes API may be reached',
      scope,
      fallbackText: 'everywhere for sandbox, to be said from small up',
    },
    cidrs,
  ),
  clientCidrs: list(
    {
      variable: 'KIT_CLIENT_CIDRS',
      place: 'clientCidrs',
      meaning: 'from where clients may connect',
      scope,
      fallbackText: 'everywhere for sandbox, to be said from small up',
    },
    cidrs,
  ),
  state: parsed(
    {
      variable: 'KIT_STATE',
      place: 'state',
      meaning: "where Terraform's state is kept",
      scope,
      fallbackText: 'local',
    },
    {
      accepted:
        'local, s3://<bucket>/<prefix>, s3://<bucket>@<region>/<prefix>, gcs://<bucket>/<prefix>, spaces://<bucket>@<region>/<prefix>',
      parse: parseStatePlace,
      fallback: { kind: 'local' },
    },
  ),
  image: optionalText(
    {
      variable: 'KIT_IMAGE',
      place: 'image',
      meaning: 'an image of the broker that is there already, instead of building one',
      scope,
      fallbackText: 'built from broker/',
    },
    {
      accepted: 'an image by digest (name@sha256:…) or by a tag other than latest',
      matches: (value) => imageReference.test(value),
    },
  ),
  spot: flag(
    {
      variable: 'KIT_SPOT',
      place: 'spot',
      meaning: 'nodes of a sandbox that the cloud may take back',
      scope,
    },
    false,
  ),
  database: choice(
    {
      variable: 'KIT_DATABASE',
      place: 'database',
      meaning: "where metadata are kept: the cloud's Postgres, or with the messages (sandbox only)",
      scope,
    },
    ['managed', 'embedded'],
    'managed',
  ),
  kubernetesLogin: choice(
    {
      variable: 'KIT_K8S_AUTH',
      place: 'kubernetesLogin',
      meaning:
        "how Terraform logs in to the cluster: a fresh token from the cloud's tool, or one that expires in 15 minutes",
      scope,
    },
    ['exec', 'token'],
    'exec',
  ),
  allowDestroy: optionalText(
    {
      variable: 'KIT_ALLOW_DESTROY',
      meaning: 'lets a protected environment be destroyed',
      ...onlyForThisRun,
    },
    environmentName,
  ),
  allowReplace: optionalText(
    {
      variable: 'KIT_ALLOW_REPLACE',
      meaning: 'lets a deploy replace a database, a cluster or disks',
      ...onlyForThisRun,
    },
    environmentName,
  ),
  forgetCluster: optionalText(
    {
      variable: 'KIT_FORGET_CLUSTER',
      meaning:
        'forgets what is in a cluster that is gone for good, so that the rest can be destroyed',
      ...onlyForThisRun,
    },
    environmentName,
  ),
} satisfies Record<string, Setting<unknown>>;

function parseTls(given: string): TlsSetting | undefined {
  if (given === 'none' || given === 'managed') return { kind: given };
  const [word, name = ''] = given.split(/:(.*)/, 2);
  return word === 'secret' && kubernetesName.test(name) ? { kind: 'secret', name } : undefined;
}
