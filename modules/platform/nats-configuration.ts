import { natsPorts } from './nats-ports.ts';

/** Who logs in to a NATS server: brokers, the other servers, and whoever looks after the cluster. */
export const natsUsers = { broker: 'broker', routes: 'routes', system: 'system' } as const;

/** Files that the configuration includes, beside it; they hold the passwords. */
export const natsFiles = {
  configuration: 'nats.conf',
  accounts: 'accounts.conf',
  routes: 'routes.conf',
} as const;

/** What a server's configuration says. */
export interface NatsConfiguration {
  /** The same for all servers of one cluster, and for those of no other. */
  readonly clusterName: string;
  /** Of its own for each server, and the same again when it comes back; may name a variable: `$SERVER_NAME`. */
  readonly serverName: string;
  readonly storeDirectory: string;
  /** By which a signal finds the process. */
  readonly pidFile: string;
  readonly fileStoreBytesMax: number;
  readonly memoryStoreBytesMax: number;
  /** Of the broker's messages. */
  readonly payloadBytesMax: number;
  /** Address that the server listens on; all of them unless told otherwise. */
  readonly host?: string;
  readonly ports?: Readonly<Record<'client' | 'routes' | 'monitoring', number>>;
}

/** The broker's own headers of a stored message come on top of what a client may send. */
const engineHeaderBytesMax = 65_536;

/**
 * The configuration of one NATS server. Passwords are in the two files that it includes: it is in a
 * ConfigMap, which everybody who looks at the cluster may read.
 */
export function natsConfiguration(facts: NatsConfiguration): string {
  const { host = '0.0.0.0', ports = natsPorts } = facts;
  return `# Made by modules/platform/nats-configuration.ts; a change is a rolling restart of the servers.
server_name: ${facts.serverName}
listen: "${host}:${ports.client}"
http: "${host}:${ports.monitoring}"
pid_file: "${facts.pidFile}"

# The largest message of a broker, with the headers that its engine adds.
max_payload: ${facts.payloadBytesMax + engineHeaderBytesMax}

# A server that is told to go (preStop) gives up its leaderships, waits, and lets its clients go one by
# one: together less than the pod's grace.
lame_duck_grace_period: "10s"
lame_duck_duration: "30s"

jetstream {
  store_dir: "${facts.storeDirectory}"
  # Less than the disk: the file system must never be the first to be full.
  max_file_store: ${facts.fileStoreBytesMax}
  max_memory_store: ${facts.memoryStoreBytesMax}
  # Acknowledged means: on the disks of a majority. Without it a quorum that loses power together loses
  # what it acknowledged in the last two minutes.
  sync_interval: always
}

cluster {
  name: "${facts.clusterName}"
  listen: "${host}:${ports.routes}"
  # Brokers are told all servers by their names; addresses of pods would be stale after a restart.
  no_advertise: true
  include ${natsFiles.routes}
}

include ${natsFiles.accounts}
`;
}

/**
 * The included part of `cluster`: who may join, and where the servers of the cluster are. The password
 * is part of each address, so it is made of letters and digits (`Cloud.credential`).
 */
export function natsRoutes(password: string, servers: readonly string[]): string {
  const user = natsUsers.routes;
  const routes = servers.map((server) => `  "nats-route://${user}:${password}@${server}"`);
  return `authorization { user: "${user}", password: "${password}" }
routes: [
${routes.join('\n')}
]
`;
}

/** The included accounts. Nobody is let in without a name: there is no `no_auth_user` (requirements.md B16). */
export function natsAccounts(passwords: Readonly<Record<'broker' | 'system', string>>): string {
  return `accounts {
  # Streams and consumers of the brokers.
  BROKER {
    jetstream: enabled
    users: [ { user: "${natsUsers.broker}", password: "${passwords.broker}" } ]
  }
  # Events and requests of the servers themselves; no broker has business there.
  SYSTEM {
    users: [ { user: "${natsUsers.system}", password: "${passwords.system}" } ]
  }
}
system_account: SYSTEM
`;
}
