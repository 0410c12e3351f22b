import type { Kit } from '../config/index.ts';
import type { ReleaseOutputs } from '../contract/index.ts';
import { reachableHost } from './broker-settings.ts';
import { localHome } from './local-home.ts';

/** The outputs of a local deployment: those of every target, and where its files are. */
export interface LocalOutputs extends ReleaseOutputs {
  readonly data_directory: string;
  readonly log_file: string;
}

/**
 * What the user of a local deployment needs to know. There is no `dashboard_url` or `rest_url`
 * yet, because nothing would answer there.
 */
export function localOutputs(kit: Kit): LocalOutputs {
  const { host, ports } = kit.local;
  const home = localHome(kit.stateDirectory);
  const address = reachableHost(host);
  return {
    client_url: `nats://${address}:${ports.client}`,
    websocket_url: `ws://${address}:${ports.webSocket}`,
    monitoring_url: `http://${address}:${ports.monitoring}`,
    admin_user: 'root',
    admin_password_command: `cat '${home.passwordFile.replaceAll("'", String.raw`'\''`)}'`,
    data_directory: home.dataDirectory,
    log_file: home.logFile,
  };
}
