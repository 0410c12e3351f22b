import { hostsWithPorts, oneOf, orOff, text, webOrigins, wholeNumber } from './setting.ts';
import type { Setting } from './setting.ts';

const port = wholeNumber({ min: 0, max: 65_535, unit: '0 for any free one' });

/** Where the root password is unless told otherwise: this file in the data directory. */
export const rootPasswordFileName = 'root-password';

/** The same for the connection token. */
export const connectionTokenFileName = 'connection-token';

/**
 * Every setting of the broker. Types, defaults, `--help`, the reference page, and the
 * check at start all come from here.
 */
export const schema = {
  host: {
    environment: 'THEBES_HOST',
    description:
      'Address on which the broker listens. Only this machine reaches 127.0.0.1; 0.0.0.0 is every address of the machine.',
    kind: text('an IP address or a host name'),
    defaultValue: '127.0.0.1',
  },
  clientPort: {
    environment: 'THEBES_CLIENT_PORT',
    description: 'Port for Memphis SDKs and NATS clients.',
    kind: port,
    defaultValue: 6666,
  },
  webSocketPort: {
    environment: 'THEBES_WEBSOCKET_PORT',
    description: 'Port for NATS over WebSocket, which browsers speak.',
    kind: orOff(port),
    defaultValue: 7770,
  },
  webSocketOrigins: {
    environment: 'THEBES_WEBSOCKET_ORIGINS',
    description:
      'Web pages that may connect by WebSocket, by their origins. Pages of the host that they connect to always may, and programs, which have no origin.',
    kind: webOrigins(),
    defaultValue: '',
    defaultText: 'no others',
  },
  tlsCertificateFile: {
    environment: 'THEBES_TLS_CERT_FILE',
    description:
      'File with the certificate that clients are shown, PEM, intermediate ones behind it. Without it, clients speak in clear. It is read anew when it changes, as are the other two files.',
    kind: text('a path'),
    defaultValue: '',
    defaultText: 'none, no TLS',
  },
  tlsKeyFile: {
    environment: 'THEBES_TLS_KEY_FILE',
    description: 'File with the key of the certificate, PEM, without a passphrase.',
    kind: text('a path'),
    defaultValue: '',
    defaultText: 'none',
  },
  tlsAuthorityFile: {
    environment: 'THEBES_TLS_CA_FILE',
    description: 'File with the authorities that sign the certificates of clients, PEM.',
    kind: text('a path'),
    defaultValue: '',
    defaultText: 'none',
  },
  tlsClientCertificates: {
    environment: 'THEBES_TLS_CLIENT_CERTIFICATES',
    description:
      'Whether clients show a certificate: off, none is asked for; optional, one that is shown has to be signed by an authority; required, nobody connects without. They log in all the same.',
    kind: oneOf('off', 'optional', 'required'),
    defaultValue: 'off',
  },
  monitoringPort: {
    environment: 'THEBES_MONITORING_PORT',
    description: 'Port for the health endpoints /healthz and /readyz.',
    kind: port,
    defaultValue: 8222,
  },
  engine: {
    environment: 'THEBES_ENGINE',
    description:
      'Where messages are kept: embedded in the data directory, flushed before each acknowledgement; memory nowhere, gone with the process; jetstream in a NATS cluster that several brokers share, which is not built yet and refused.',
    kind: oneOf('embedded', 'memory', 'jetstream'),
    defaultValue: 'embedded',
  },
  natsServers: {
    environment: 'THEBES_NATS_SERVERS',
    description: 'The servers of the NATS cluster, for the engine jetstream.',
    kind: hostsWithPorts(),
    defaultValue: '',
    defaultText: 'none',
  },
  natsUser: {
    environment: 'THEBES_NATS_USER',
    description: 'User of the NATS account in which the engine jetstream keeps its streams.',
    kind: text('a name'),
    defaultValue: 'broker',
  },
  natsPasswordFile: {
    environment: 'THEBES_NATS_PASSWORD_FILE',
    description: "File with that user's password.",
    kind: text('a path'),
    defaultValue: '',
    defaultText: 'none',
  },
  metadata: {
    environment: 'THEBES_METADATA',
    description:
      'Where stations, schemas, users and members of groups are kept: embedded with the messages; postgres in a database, while the messages stay with the engine. A data directory keeps to what it was begun with.',
    kind: oneOf('embedded', 'postgres'),
    defaultValue: 'embedded',
  },
  postgresHost: {
    environment: 'THEBES_POSTGRES_HOST',
    description:
      'Where Postgres is. A path that begins with / is the directory of its Unix socket. The broker connects directly, not through a pooler.',
    kind: text('an IP address, a host name or a path'),
    defaultValue: '',
    defaultText: 'none',
  },
  postgresPort: {
    environment: 'THEBES_POSTGRES_PORT',
    description: 'Port of Postgres.',
    kind: wholeNumber({ min: 1, max: 65_535, unit: '' }),
    defaultValue: 5432,
  },
  postgresDatabase: {
    environment: 'THEBES_POSTGRES_DATABASE',
    description: 'Database, in which the broker makes the schema thebes.',
    kind: text('a name'),
    defaultValue: 'thebes',
  },
  postgresUser: {
    environment: 'THEBES_POSTGRES_USER',
    description: 'User who may make a schema in the database.',
    kind: text('a name'),
    defaultValue: 'thebes',
  },
  postgresPasswordFile: {
    environment: 'THEBES_POSTGRES_PASSWORD_FILE',
    description:
      "File with that user's password. It is read for each new connection, so that a new password needs no restart.",
    kind: text('a path'),
    defaultValue: '',
    defaultText: 'none, where Postgres asks for none',
  },
  postgresTls: {
    environment: 'THEBES_POSTGRES_TLS',
    description:
      'How the connection is protected: verify-full encrypts it and accepts only a certificate that a known authority has signed for the host; off leaves it in clear; auto is off where Postgres is on this machine and no CA file is given, verify-full elsewhere.',
    kind: oneOf('auto', 'verify-full', 'off'),
    defaultValue: 'auto',
  },
  postgresAuthorityFile: {
    environment: 'THEBES_POSTGRES_CA_FILE',
    description:
      "File with the authorities that may have signed the certificate of Postgres, PEM. It is read for each new connection, so that it may be replaced. Without it, the authorities that come with Node are known, to which a cloud's own does not belong.",
    kind: text('a path'),
    defaultValue: '',
    defaultText: 'none',
  },
  postgresServerName: {
    environment: 'THEBES_POSTGRES_SERVER_NAME',
    description:
      'The name that the certificate of Postgres is made out for, where that is not its host.',
    kind: text('a host name or an IP address'),
    defaultValue: '',
    defaultText: 'the host',
  },
  postgresConnectionCountMax: {
    environment: 'THEBES_POSTGRES_CONNECTION_COUNT_MAX',
    description:
      'Connections to Postgres at one time. All brokers that may run at once, one more while one is replaced, have to fit into what the database allows.',
    kind: wholeNumber({ min: 1, max: 100, unit: 'connections' }),
    defaultValue: 4,
  },
  dataDir: {
    environment: 'THEBES_DATA_DIR',
    description:
      'Directory for everything that the broker keeps, on a local disk. It is made when it is missing; one broker uses it at a time.',
    kind: text('a path'),
    defaultValue: './data',
  },
  rootPasswordFile: {
    environment: 'THEBES_ROOT_PASSWORD_FILE',
    description:
      'File with the password of the user root. Its content is taken at the first start; when it is missing, a generated password is written there with mode 0600.',
    kind: text('a path'),
    defaultValue: '',
    defaultText: `${rootPasswordFileName} in the data directory`,
  },
  clientLogin: {
    environment: 'THEBES_CLIENT_LOGIN',
    description:
      "How clients log in: password, with the name and password of a user; token, with the installation's connection token and the name of a user. What belongs to the other is refused.",
    kind: oneOf('password', 'token'),
    defaultValue: 'password',
  },
  connectionTokenFile: {
    environment: 'THEBES_CONNECTION_TOKEN_FILE',
    description:
      'File with the connection token, read at each start when clients log in by token; when it is missing, a generated token is written there with mode 0600.',
    kind: text('a path'),
    defaultValue: '',
    defaultText: `${connectionTokenFileName} in the data directory`,
  },
  initialUsersFile: {
    environment: 'THEBES_INITIAL_USERS_FILE',
    description:
      'YAML file with the users of a new installation, read at the first start only: lists users.mgmt and users.client with user and password, for clients also allow_read_permissions and allow_write_permissions.',
    kind: text('a path'),
    defaultValue: '',
    defaultText: 'none',
  },
  logLevel: {
    environment: 'THEBES_LOG_LEVEL',
    description: 'The least important lines that are logged.',
    kind: oneOf('debug', 'info', 'warn', 'error'),
    defaultValue: 'info',
  },
  stopTimeoutMs: {
    environment: 'THEBES_STOP_TIMEOUT_MS',
    description:
      'Grace period: how long the broker may take to finish its work after SIGTERM or SIGINT before it gives up with exit code 1.',
    kind: wholeNumber({ min: 2000, max: 600_000, unit: 'milliseconds' }),
    defaultValue: 25_000,
  },
  connectionCountMax: {
    environment: 'THEBES_CONNECTION_COUNT_MAX',
    description:
      'Client connections at one time; one more is told "maximum connections exceeded" and closed.',
    kind: wholeNumber({ min: 1, max: 1_000_000, unit: 'connections' }),
    defaultValue: 65_536,
  },
  payloadBytesMax: {
    environment: 'THEBES_PAYLOAD_BYTES_MAX',
    description: 'Size of one message, headers included. Clients are told when they connect.',
    kind: wholeNumber({ min: 1024, max: 8_388_608, unit: 'bytes' }),
    defaultValue: 1_048_576,
  },
  headerBytesMax: {
    environment: 'THEBES_HEADER_BYTES_MAX',
    description: 'Size of the headers of one message that a station keeps; more are refused.',
    kind: wholeNumber({ min: 1024, max: 1_048_576, unit: 'bytes' }),
    defaultValue: 65_535,
  },
  controlLineBytesMax: {
    environment: 'THEBES_CONTROL_LINE_BYTES_MAX',
    description:
      'Length of one line of the protocol without its payload. A client that sends a longer one is closed; older Python clients can not read longer ones.',
    kind: wholeNumber({ min: 1024, max: 65_536, unit: 'bytes' }),
    defaultValue: 4096,
  },
  subscriptionCountMax: {
    environment: 'THEBES_SUBSCRIPTION_COUNT_MAX',
    description:
      'Subscriptions of one connection; with one more it is told "maximum subscriptions exceeded" and closed.',
    kind: wholeNumber({ min: 10, max: 10_000_000, unit: 'subscriptions' }),
    defaultValue: 100_000,
  },
  stationCountMax: {
    environment: 'THEBES_STATION_COUNT_MAX',
    description: 'Stations that the broker keeps; the creation of one more is refused.',
    kind: wholeNumber({ min: 1, max: 1_000_000, unit: 'stations' }),
    defaultValue: 100_000,
  },
  partitionCountMax: {
    environment: 'THEBES_PARTITION_COUNT_MAX',
    description: 'Partitions of one station; the creation of a station with more is refused.',
    kind: wholeNumber({ min: 1, max: 10_000, unit: 'partitions' }),
    defaultValue: 10_000,
  },
  totalPartitionCountMax: {
    environment: 'THEBES_TOTAL_PARTITION_COUNT_MAX',
    description:
      'Partitions of all stations together; the creation of a station with which there would be more is refused. Each takes some 5 KB of the RAM.',
    kind: wholeNumber({ min: 1, max: 10_000_000, unit: 'partitions' }),
    defaultValue: 200_000,
  },
  memoryStationBytesMax: {
    environment: 'THEBES_MEMORY_STATION_BYTES_MAX',
    description:
      'What the messages of all stations with storage memory may take of the RAM together; beyond, publishes to these stations are refused. It comes on top of what the broker takes anyway.',
    kind: wholeNumber({ min: 16_777_216, max: 1_099_511_627_776, unit: 'bytes' }),
    defaultValue: 268_435_456,
  },
} as const satisfies Record<string, Setting<string | number>>;

type Schema = typeof schema;

/** The values by which one broker runs. */
export type Settings = {
  readonly [Key in keyof Schema]: Exclude<ReturnType<Schema[Key]['kind']['parse']>, undefined>;
};

/** The schema as rows, in its order. */
export function settingRows(): readonly Setting<string | number>[] {
  return Object.values(schema);
}

/** The default in words. */
export function defaultText(setting: Setting<string | number>): string {
  return setting.defaultText ?? String(setting.defaultValue);
}
