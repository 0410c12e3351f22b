import type { Problem } from '../toolchain/index.mjs';
import { problem } from './catalogue.ts';
import { isPrivate } from './cidr.ts';
import type { SettingValues } from './settings.ts';

/** The longest name that AWS makes a certificate out for, first of all (the common name). */
const certificateNameCharactersMax = 64;

/** What of the settings AWS would refuse in the middle of an apply, or take and nobody could use. */
export function awsProblems(values: SettingValues, environment: string): Problem[] {
  const hidden = values.adminCidrs.filter(isPrivate);
  const name = `${environment}.${values.domain ?? ''}`;
  return [
    ...ipv6Problems('KIT_ADMIN_CIDRS', 'the Kubernetes API', values.adminCidrs),
    ...ipv6Problems('KIT_CLIENT_CIDRS', 'the broker', values.clientCidrs),
    ...(hidden.length > 0 ? [problem('ADMIN_CIDRS_PRIVATE', { cidrs: hidden.join(', ') })] : []),
    ...(values.tls.kind === 'managed' && name.length > certificateNameCharactersMax
      ? [problem('DOMAIN_TOO_LONG', { name, charactersMax: certificateNameCharactersMax })]
      : []),
  ];
}

/** The network of an environment has no IPv6, and neither has its load balancer. */
function ipv6Problems(variable: string, what: string, given: readonly string[]): Problem[] {
  const cidrs = given.filter((cidr) => cidr.includes(':'));
  return cidrs.length === 0
    ? []
    : [problem('CIDRS_IPV6', { variable, what, cidrs: cidrs.join(', ') })];
}
