import fc from 'fast-check';
import { BrokerError } from '../../../../broker/src/core/errors/index.ts';
import {
  postgresSettings,
  readSettings,
  settingRows,
  SettingsError,
} from '../../../../broker/src/config/index.ts';

type Environment = Record<string, string | undefined>;

function problemsOf(environment: Environment): readonly string[] {
  try {
    readSettings(environment);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems.map(({ message }) => message);
    throw error;
  }
  return [];
}

describe('readSettings', () => {
  test('gives the defaults of an empty environment', () => {
    expect(readSettings({})).toEqual({
      host: '127.0.0.1',
      clientPort: 6666,
      webSocketPort: 7770,
      webSocketOrigins: '',
      tlsCertificateFile: '',
      tlsKeyFile: '',
      tlsAuthorityFile: '',
      tlsClientCertificates: 'off',
      monitoringPort: 8222,
      engine: 'embedded',
      natsServers: '',
      natsUser: 'broker',
      natsPasswordFile: '',
      metadata: 'embedded',
      postgresHost: '',
      postgresPort: 5432,
      postgresDatabase: 'thebes',
      postgresUser: 'thebes',
      postgresPasswordFile: '',
      postgresTls: 'auto',
      postgresAuthorityFile: '',
      postgresServerName: '',
      postgresConnectionCountMax: 4,
      dataDir: './data',
      rootPasswordFile: 'data/root-password',
      clientLogin: 'password',
      connectionTokenFile: 'data/connection-token',
      initialUsersFile: '',
      logLevel: 'info',
      stopTimeoutMs: 25_000,
      connectionCountMax: 65_536,
      payloadBytesMax: 1_048_576,
      headerBytesMax: 65_535,
      controlLineBytesMax: 4096,
      subscriptionCountMax: 100_000,
      stationCountMax: 100_000,
      partitionCountMax: 10_000,
      totalPartitionCountMax: 200_000,
      memoryStationBytesMax: 268_435_456,
    });
  });

  test('reads every setting by its name', () => {
    expect(
      readSettings({
        THEBES_HOST: '::1',
        THEBES_CLIENT_PORT: '0',
        THEBES_WEBSOCKET_PORT: 'off',
        THEBES_WEBSOCKET_ORIGINS: ['https://a.example', 'http://b.example:8080'].join(' , '),
        THEBES_TLS_CERT_FILE: '/tls/crt',
        THEBES_TLS_KEY_FILE: '/tls/key',
        THEBES_TLS_CA_FILE: '/tls/ca',
        THEBES_TLS_CLIENT_CERTIFICATES: 'required',
        THEBES_MONITORING_PORT: '65535',
        THEBES_ENGINE: 'memory',
        THEBES_DATA_DIR: '/srv/thebes',
        THEBES_ROOT_PASSWORD_FILE: '/run/secrets/root',
        THEBES_CLIENT_LOGIN: 'token',
        THEBES_CONNECTION_TOKEN_FILE: '/run/secrets/token',
        THEBES_INITIAL_USERS_FILE: '/etc/thebes/users.yaml',
        THEBES_LOG_LEVEL: 'error',
        THEBES_STOP_TIMEOUT_MS: '2000',
        THEBES_CONNECTION_COUNT_MAX: '1',
        THEBES_PAYLOAD_BYTES_MAX: '8388608',
        THEBES_HEADER_BYTES_MAX: '1024',
        THEBES_CONTROL_LINE_BYTES_MAX: '8192',
        THEBES_SUBSCRIPTION_COUNT_MAX: '10',
        THEBES_STATION_COUNT_MAX: '5',
        THEBES_PARTITION_COUNT_MAX: '3',
        THEBES_TOTAL_PARTITION_COUNT_MAX: '7',
        THEBES_MEMORY_STATION_BYTES_MAX: '16777216',
      }),
    ).toEqual({
      ...readSettings({}),
      host: '::1',
      clientPort: 0,
      webSocketPort: 'off',
      webSocketOrigins: ['https://a.example', 'http://b.example:8080'].join(','),
      tlsCertificateFile: '/tls/crt',
      tlsKeyFile: '/tls/key',
      tlsAuthorityFile: '/tls/ca',
      tlsClientCertificates: 'required',
      monitoringPort: 65_535,
      engine: 'memory',
      dataDir: '/srv/thebes',
      rootPasswordFile: '/run/secrets/root',
      clientLogin: 'token',
      connectionTokenFile: '/run/secrets/token',
      initialUsersFile: '/etc/thebes/users.yaml',
      logLevel: 'error',
      stopTimeoutMs: 2000,
      connectionCountMax: 1,
      payloadBytesMax: 8_388_608,
      headerBytesMax: 1024,
      controlLineBytesMax: 8192,
      subscriptionCountMax: 10,
      stationCountMax: 5,
      partitionCountMax: 3,
      totalPartitionCountMax: 7,
      memoryStationBytesMax: 16_777_216,
    });
  });

  test('reads every setting of Postgres by its name', () => {
    expect(
      readSettings({
        THEBES_METADATA: 'postgres',
        THEBES_POSTGRES_HOST: 'db.example',
        THEBES_POSTGRES_PORT: '5433',
        THEBES_POSTGRES_DATABASE: 'facts',
        THEBES_POSTGRES_USER: 'broker',
        THEBES_POSTGRES_PASSWORD_FILE: '/run/secrets/postgres',
        THEBES_POSTGRES_TLS: 'verify-full',
        THEBES_POSTGRES_CA_FILE: '/etc/ca.pem',
        THEBES_POSTGRES_SERVER_NAME: 'instance.example',
        THEBES_POSTGRES_CONNECTION_COUNT_MAX: '2',
      }),
    ).toEqual({
      ...readSettings({}),
      metadata: 'postgres',
      postgresHost: 'db.example',
      postgresPort: 5433,
      postgresDatabase: 'facts',
      postgresUser: 'broker',
      postgresPasswordFile: '/run/secrets/postgres',
      postgresTls: 'verify-full',
      postgresAuthorityFile: '/etc/ca.pem',
      postgresServerName: 'instance.example',
      postgresConnectionCountMax: 2,
    });
  });

  test.each([
    ['127.0.0.1', {}, 'off', false],
    ['localhost', {}, 'off', false],
    ['/run/postgresql', {}, 'off', false],
    ['db.example', {}, 'verify-full', false],
    ['127.0.0.1.example', {}, 'verify-full', false],
    ['localhost', { THEBES_POSTGRES_CA_FILE: '/ca.pem' }, 'verify-full', false],
    ['localhost', { THEBES_POSTGRES_TLS: 'verify-full' }, 'verify-full', false],
    ['db.example', { THEBES_POSTGRES_TLS: 'off' }, 'off', true],
  ])('protects the way to a Postgres at %s, told %j, by %s', (host, more, tls, isExposed) => {
    const environment = { THEBES_METADATA: 'postgres', THEBES_POSTGRES_HOST: host, ...more };
    expect(postgresSettings(readSettings(environment))).toMatchObject({ host, tls, isExposed });
  });

  test.each([
    [{ THEBES_TLS_CERT_FILE: '/c' }, 'THEBES_TLS_KEY_FILE'],
    [{ THEBES_TLS_KEY_FILE: '/k' }, 'THEBES_TLS_CERT_FILE'],
    [
      {
        THEBES_TLS_CERT_FILE: '/c',
        THEBES_TLS_KEY_FILE: '/k',
        THEBES_TLS_CLIENT_CERTIFICATES: 'optional',
      },
      'THEBES_TLS_CA_FILE',
    ],
    [
      { THEBES_TLS_CA_FILE: '/a', THEBES_TLS_CLIENT_CERTIFICATES: 'required' },
      'THEBES_TLS_CERT_FILE',
    ],
  ])('rejects %j without the setting it needs', (environment, missing) => {
    const needed = new BrokerError('SETTING_MISSING', {
      name: missing,
      because: Object.keys(environment).at(-1) ?? '',
    });
    expect(problemsOf(environment)).toEqual([needed.message]);
  });

  test.each(['http://a.example/path', 'a.example', '*,', 'http://a.example:80'])(
    'rejects %s as the origin of a web page',
    (origins) => {
      expect(problemsOf({ THEBES_WEBSOCKET_ORIGINS: origins })).toHaveLength(1);
    },
  );

  test('keeps the files of secrets in the data directory that was chosen', () => {
    const settings = readSettings({ THEBES_DATA_DIR: '/srv/thebes' });
    expect(settings.rootPasswordFile).toBe('/srv/thebes/root-password');
    expect(settings.connectionTokenFile).toBe('/srv/thebes/connection-token');
  });

  test('is frozen', () => {
    const settings = readSettings({}) as { clientPort: number };
    expect(() => (settings.clientPort = 1)).toThrow(TypeError);
  });

  test('leaves names without the prefix to others', () => {
    expect(problemsOf({ PATH: '/bin', KIT_ENV: 'dev', thebes_host: 'x' })).toEqual([]);
  });

  test('takes a name without a value in the object as not set', () => {
    expect(problemsOf({ THEBES_HOST: undefined })).toEqual([]);
  });

  test('refuses an unknown name, names the nearest, and hides the value', () => {
    expect(problemsOf({ THEBES_CLIENT_PROT: '6667' })).toEqual([
      'There is no setting THEBES_CLIENT_PROT. Received: THEBES_CLIENT_PROT (its value is not shown). Accepted: the settings that --help lists. Next: set THEBES_CLIENT_PORT if that is what you mean, or remove it.',
    ]);
    const [problem] = problemsOf({ THEBES_ROOT_PASSWORD: 'hunter2' });
    expect(problem).toContain('set THEBES_ROOT_PASSWORD_FILE if that is what you mean');
    expect(problem).not.toContain('hunter2');
  });

  test('names no setting where none is near', () => {
    expect(problemsOf({ THEBES_Q: '1' })[0]).toContain('look for the one you mean with --help');
  });

  test('says what was received, what is accepted, and the default', () => {
    expect(problemsOf({ THEBES_CLIENT_PORT: '65536' })).toEqual([
      'The setting THEBES_CLIENT_PORT has a value that it can not have. Received: 65536. Accepted: a whole number from 0 to 65535 (0 for any free one). Next: correct the value, or remove the setting to get the default, 6666.',
    ]);
    expect(problemsOf({ THEBES_ROOT_PASSWORD_FILE: '' })[0]).toContain(
      'Received: an empty text. Accepted: a path. Next: correct the value, or remove the setting to get the default, root-password in the data directory.',
    );
  });

  test.each([
    [
      'THEBES_CLIENT_PORT',
      ['', '-1', '65536', '1.5', '0x10', '1e3', ' 1', '٣', '99999999999999999'],
    ],
    ['THEBES_ENGINE', ['', 'Memory', 'jetstream', 'constructor']],
    ['THEBES_LOG_LEVEL', ['trace', 'INFO', '__proto__']],
    ['THEBES_STOP_TIMEOUT_MS', ['1999', '600001', '25s']],
    ['THEBES_PAYLOAD_BYTES_MAX', ['1023', '8388609', '1MiB']],
    ['THEBES_CONNECTION_COUNT_MAX', ['0', '1000001']],
    ['THEBES_HOST', ['', '  ', 'a\nb']],
    ['THEBES_DATA_DIR', ['', 'a\0b']],
  ])('refuses for %s each of %j', (name, values) => {
    for (const value of values) expect(problemsOf({ [name]: value })).toHaveLength(1);
  });

  test('reports everything that is wrong at once', () => {
    const problems = problemsOf({
      THEBES_HOSTS: 'x',
      THEBES_CLIENT_PORT: 'x',
      THEBES_ZZZ: 'x',
      THEBES_LOG_LEVEL: 'x',
    });
    expect(problems.map((problem) => /THEBES_\w+/.exec(problem)?.[0])).toEqual([
      'THEBES_HOSTS',
      'THEBES_ZZZ',
      'THEBES_CLIENT_PORT',
      'THEBES_LOG_LEVEL',
    ]);
  });

  test.each([
    [{ THEBES_METADATA: 'postgres' }, 'SETTING_MISSING', 'THEBES_POSTGRES_HOST is missing'],
    [{ THEBES_POSTGRES_HOST: 'db' }, 'SETTING_MISSING', 'THEBES_METADATA is missing'],
    [
      { THEBES_METADATA: 'postgres', THEBES_POSTGRES_HOST: 'db', THEBES_ENGINE: 'memory' },
      'SETTING_CONFLICT',
      'THEBES_METADATA=postgres, THEBES_ENGINE=memory',
    ],
    [
      { THEBES_POSTGRES_TLS: 'off', THEBES_POSTGRES_CA_FILE: 'ca.pem' },
      'SETTING_CONFLICT',
      'THEBES_POSTGRES_TLS=off, THEBES_POSTGRES_CA_FILE=ca.pem',
    ],
    [{ THEBES_ENGINE: 'jetstream' }, 'ENGINE_NOT_BUILT', 'Next: set THEBES_ENGINE=embedded'],
    [{ THEBES_NATS_SERVERS: 'nats-0.nats:4222' }, 'SETTING_MISSING', 'THEBES_ENGINE is missing'],
  ])('refuses %j with %s', (environment, code, text) => {
    expect(problemsOf(environment)).toEqual([expect.stringContaining(text)]);
    expect(() => readSettings(environment)).toThrow(
      expect.objectContaining({ problems: [expect.objectContaining({ code })] }),
    );
  });

  test('knows what a size with a NATS cluster sets, and refuses its engine alone', () => {
    const environment = {
      THEBES_ENGINE: 'jetstream',
      THEBES_NATS_SERVERS: 'nats-0.nats:4222, nats-1.nats:4222',
      THEBES_NATS_USER: 'broker',
      THEBES_NATS_PASSWORD_FILE: '/run/thebes/nats-password',
    };
    expect(problemsOf(environment)).toEqual([
      'The engine jetstream, which keeps messages in a NATS cluster for several brokers, is not built yet. Received: THEBES_ENGINE=jetstream. Accepted: embedded, which keeps the messages of one broker on its disk; memory, which keeps none. Next: set THEBES_ENGINE=embedded; on a cloud, deploy size sandbox.',
    ]);
  });

  test.each(['nats-0', 'nats-0:0', 'nats-0:65536', 'a:1,', 'nats://a.example:1', 'u:p@a:1'])(
    'refuses %s as the servers of a NATS cluster',
    (servers) => {
      const environment = { THEBES_ENGINE: 'jetstream', THEBES_NATS_SERVERS: servers };
      const [first, ...others] = problemsOf(environment);
      expect(first).toContain('THEBES_NATS_SERVERS has a value that it can not have');
      expect(others).toHaveLength(1);
    },
  );

  test('answers any environment with settings or with SettingsError', () => {
    const names = settingRows().map(({ environment }) => environment);
    const name = fc.oneof(
      fc.constantFrom(...names),
      fc.string().map((text) => `THEBES_${text}`),
    );
    fc.assert(
      fc.property(fc.dictionary(name, fc.string({ unit: 'binary' })), (environment) => {
        const problems = problemsOf(environment);
        const unknown = Object.keys(environment).filter((key) => !names.includes(key));
        expect(problems.length).toBeGreaterThanOrEqual(unknown.length);
      }),
    );
  });
});

describe('The schema of settings', () => {
  test('has a default that the setting itself accepts, but for the file beside the data', () => {
    for (const { kind, defaultValue, defaultText } of settingRows()) {
      if (defaultText === undefined) expect(kind.parse(String(defaultValue))).toBe(defaultValue);
    }
  });

  test('names each setting once', () => {
    const names = settingRows().map(({ environment }) => environment);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^THEBES_[A-Z_]+$/);
  });
});
