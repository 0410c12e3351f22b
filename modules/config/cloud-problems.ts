import type { Preset } from '../contract/index.ts';
import type { Problem } from '../toolchain/index.mjs';
import { problem } from './catalogue.ts';
import { isEverywhere } from './cidr.ts';
import type { SettingValues } from './settings.ts';

/** What of the settings does not go together on any cloud. */
export function cloudProblems(values: SettingValues, preset: Preset): Problem[] {
  const { size } = preset;
  return [
    ...cidrProblems(values, preset),
    ...(preset.remoteStateRequired && values.state.kind === 'local'
      ? [problem('STATE_NOT_SHARED', { size })]
      : []),
    ...(values.database === 'embedded' && preset.engine !== 'embedded'
      ? [problem('DATABASE_EMBEDDED', { size })]
      : []),
    ...(values.tls.kind === 'managed' && values.domain === null
      ? [problem('DOMAIN_MISSING', undefined)]
      : []),
    ...(values.spot && !preset.aws.spotAllowed ? [problem('SPOT_NOT_ALLOWED', { size })] : []),
  ];
}

function cidrProblems(values: SettingValues, { size, cidrsRequired }: Preset): Problem[] {
  if (!cidrsRequired) return [];
  const settings = [
    { variable: 'KIT_ADMIN_CIDRS', what: 'the Kubernetes API', cidrs: values.adminCidrs },
    { variable: 'KIT_CLIENT_CIDRS', what: 'the broker', cidrs: values.clientCidrs },
  ];
  return settings.flatMap(({ variable, what, cidrs }) => {
    if (cidrs.length === 0) return [problem('CIDRS_MISSING', { variable, what, size })];
    const isOpenApi = variable === 'KIT_ADMIN_CIDRS' && cidrs.some(isEverywhere);
    return isOpenApi ? [problem('CIDRS_OPEN', { variable, what, size })] : [];
  });
}

/** What is allowed, and had better be known. */
export function cloudWarnings(values: SettingValues, preset: Preset): string[] {
  const everywhere = (cidrs: readonly string[]): boolean =>
    cidrs.length === 0 || cidrs.some(isEverywhere);
  return [
    ...(everywhere(values.adminCidrs)
      ? [
          'The Kubernetes API answers the whole world, to who can log in. KIT_ADMIN_CIDRS=<your network> closes it.',
        ]
      : []),
    ...(everywhere(values.clientCidrs)
      ? [
          'Clients may connect from everywhere, with a password. KIT_CLIENT_CIDRS=<your networks> closes it.',
        ]
      : []),
    ...(values.tls.kind === 'none'
      ? [
          'Clients speak in clear, passwords included. KIT_TLS=secret:<name> encrypts every port, KIT_TLS=managed that for WebSocket.',
        ]
      : []),
    ...(values.tls.kind === 'managed'
      ? [
          'On port 6666 clients speak in clear, passwords included: the load balancer cannot end their TLS. KIT_TLS=secret:<name> encrypts every port.',
        ]
      : []),
    ...(values.state.kind === 'local' && preset.size !== 'sandbox'
      ? [
          'The state is on this machine alone: when it is lost, nobody can change or destroy the environment. KIT_STATE=s3://<bucket>/<prefix> keeps it safe.',
        ]
      : []),
    ...(preset.engine === 'jetstream'
      ? [
          `Size ${preset.size} wants the engine for several machines, which the broker does not have yet: its pods will refuse to start and say so. What runs today is size sandbox.`,
        ]
      : []),
  ];
}
