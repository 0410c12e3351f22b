import { oneOf, text, wholeNumber } from './setting.ts';
import type { Setting } from './setting.ts';

const port = wholeNumber({ min: 0, max: 65_535, unit: '0 for any free one' });

/** Where the root password is unless told otherwise: this file in the data directory. */
export const rootPasswordFileName = 'root-password';

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
  monitoringPort: {
    environment: 'THEBES_MONITORING_PORT',
    description: 'Port for the health endpoints /healthz and /readyz.',
    kind: port,
    defaultValue: 8222,
  },
  engine: {
    environment: 'THEBES_ENGINE',
    description:
      'Where messages and metadata are kept: embedded in the data directory, flushed before each acknowledgement; memory nowhere, gone with the process.',
    kind: oneOf('embedded', 'memory'),
    defaultValue: 'embedded',
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
    description: 'Client connections at one time; one more is closed at once.',
    kind: wholeNumber({ min: 1, max: 1_000_000, unit: 'connections' }),
    defaultValue: 65_536,
  },
  payloadBytesMax: {
    environment: 'THEBES_PAYLOAD_BYTES_MAX',
    description: 'Size of one message, headers included. Clients are told when they connect.',
    kind: wholeNumber({ min: 1024, max: 8_388_608, unit: 'bytes' }),
    defaultValue: 1_048_576,
  },
} as const satisfies Record<string, Setting<string> | Setting<number>>;

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
