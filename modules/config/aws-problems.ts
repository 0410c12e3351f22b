import type { Problem } from '../toolchain/index.mjs';
import { problem } from './catalogue.ts';
import type { SettingValues } from './settings.ts';

/** The longest name that AWS makes a certificate out for, first of all (the common name). */
const certificateNameCharactersMax = 64;

/** What of the settings AWS would refuse in the middle of an apply. */
export function awsProblems(values: SettingValues, environment: string): Problem[] {
  const ipv6 = values.adminCidrs.filter((cidr) => cidr.includes(':'));
  const name = `${environment}.${values.domain ?? ''}`;
  return [
    ...(ipv6.length > 0 ? [problem('ADMIN_CIDRS_IPV6', { cidrs: ipv6.join(', ') })] : []),
    ...(values.tls.kind === 'managed' && name.length > certificateNameCharactersMax
      ? [problem('DOMAIN_TOO_LONG', { name, charactersMax: certificateNameCharactersMax })]
      : []),
  ];
}
