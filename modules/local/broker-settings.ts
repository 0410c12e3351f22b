import type { LocalSettings } from '../config/index.ts';
import type { LocalHome } from './local-home.ts';

/** What of the deployer's own variables a broker gets to see. */
const passedOn = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'LC_ALL', 'TZ'];

/** The settings that decide how a broker runs; another value of any of them makes another broker. */
export type BrokerSettings = Pick<LocalSettings, 'host' | 'ports' | 'logLevel'>;

/**
 * The whole environment of a broker process. Nothing else is inherited, so that a variable that
 * happens to be set in a shell cannot make two deployments of the same settings differ.
 */
export function brokerVariables(
  settings: BrokerSettings,
  home: LocalHome,
  inherited: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  return {
    ...Object.fromEntries(
      passedOn.filter((name) => name in inherited).map((name) => [name, inherited[name]]),
    ),
    THEBES_HOST: settings.host,
    THEBES_CLIENT_PORT: String(settings.ports.client),
    THEBES_WEBSOCKET_PORT: String(settings.ports.webSocket),
    THEBES_MONITORING_PORT: String(settings.ports.monitoring),
    THEBES_LOG_LEVEL: settings.logLevel,
    THEBES_DATA_DIR: home.dataDirectory,
    THEBES_ROOT_PASSWORD_FILE: home.passwordFile,
  };
}

/** Where to reach what listens on `host`: a wildcard address is for listening only. */
export function reachableHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
