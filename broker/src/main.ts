// Composition root: the only file that knows all parts. Builds them from the settings, hands each to
// the ones that need it, and starts them in the order in which they stand on each other.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { LocalBus } from './bus/local/index.ts';
import { headerBlocks } from './codecs/nats/index.ts';
import {
  brokenRelations,
  helpText,
  limits,
  postgresSettings,
  readCommandLine,
  readSettings,
  SettingsError,
} from './config/index.ts';
import type { Settings } from './config/index.ts';
import { ConnectionPresence } from './core/connections/index.ts';
import { DeadLetterCopies, DeadLetterRetention, DeadLetters } from './core/dead-letters/index.ts';
import { BrokerError, BrokerErrors } from './core/errors/index.ts';
import { GroupMembership } from './core/groups/index.ts';
import type {
  MetadataStore,
  OrderedStore,
  SchemaFormat,
  StationEngine,
  StoreError,
} from './core/ports/index.ts';
import { ProducerRegistry } from './core/producers/index.ts';
import { SchemaRegistry, StationSchemas } from './core/schemas/index.ts';
import { StationRegistry } from './core/stations/index.ts';
import { Authenticator, checkedToken, readInitialUsers, rootUserName } from './core/users/index.ts';
import { EmbeddedEngine, openEmbeddedStore } from './engines/embedded/index.ts';
import { MemoryEngine } from './engines/memory/index.ts';
import { AvroFormat } from './formats/avro/index.ts';
import { GraphqlFormat } from './formats/graphql/index.ts';
import { JsonSchemaFormat } from './formats/json-schema/index.ts';
import { ProtobufFormat } from './formats/protobuf/index.ts';
import { assert } from './foundation/index.ts';
import type { Logger } from './foundation/index.ts';
import {
  createLogger,
  Lifecycle,
  readYamlFile,
  ScryptPasswordHasher,
  SystemClock,
  SystemScheduler,
  takeDataDir,
  takeSecret,
  TlsFiles,
} from './host/index.ts';
import { claimStore, EmbeddedMetadataStore } from './metadata/embedded/index.ts';
import { MemoryMetadataStore } from './metadata/memory/index.ts';
import { MonitoringServer, Readiness } from './monitoring/index.ts';
import { NatsListener } from './protocols/nats/index.ts';
import type { NatsOptions } from './protocols/nats/index.ts';

const exitCodeOfWrongSettings = 78; // EX_CONFIG of sysexits.h

const clock = new SystemClock();
const scheduler = new SystemScheduler();

try {
  const command = readCommandLine(process.argv.slice(2));
  if (command === 'help') process.stdout.write(`${helpText()}\n`);
  else if (command === 'version') process.stdout.write(`${readVersion()}\n`);
  else await run(readSettings(process.env));
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = exitCodeOfWrongSettings;
}

async function run(settings: Settings): Promise<void> {
  process.umask(0o077); // what the broker keeps is for nobody else to read
  const logger = createLogger(settings.logLevel);
  const readiness = new Readiness();
  const lifecycle = new Lifecycle(logger, clock, scheduler, {
    stopTimeoutMs: settings.stopTimeoutMs,
    farewellTimeoutMs: limits.farewellTimeoutMs,
    signalEchoMs: limits.signalEchoMs,
    onStopping: () => readiness.become('stopping'),
    onFailed: () => readiness.become('broken'),
    exit: (code) => process.exit(code),
    complain: (message) => process.stderr.write(`${message}\n`),
  });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => lifecycle.signal(signal));
  }
  process.on('uncaughtException', (error) => lifecycle.crash(error));
  process.on('unhandledRejection', (reason) => lifecycle.crash(reason));
  await lifecycle.run(() => start(settings, logger, readiness, lifecycle));
}

async function start(
  settings: Settings,
  logger: Logger,
  readiness: Readiness,
  lifecycle: Lifecycle,
): Promise<void> {
  const broken = brokenRelations(settings);
  assert(broken.length === 0, `Limits contradict each other: ${broken.join('; ')}`);

  const dataDirLock = await takeDataDir(settings.dataDir);
  lifecycle.add('data directory', () => dataDirLock.release(), { isStoreless: true });

  const monitoring = new MonitoringServer(readiness, {
    host: settings.host,
    port: settings.monitoringPort,
  });
  lifecycle.add('health endpoints', () => monitoring.close(), { isStoreless: true });
  const [{ port: monitoringPort }, listener] = await Promise.all([
    monitoring.listen(),
    load(settings, logger, lifecycle, readiness),
  ]);

  // Last, when everything is loaded: two early refusals would stop an SDK for good.
  lifecycle.add('client connections', () => listener.drain(), { isStoreless: true });
  const { port: clientPort, webSocketPort } = await listener.listen();
  readiness.become('ready');
  logger.info(
    {
      event: 'ready',
      clientPort,
      webSocketPort: webSocketPort ?? null,
      isEncrypted: settings.tlsCertificateFile !== '',
      monitoringPort,
      host: settings.host,
      dataDir: resolve(settings.dataDir),
      rootPasswordFile: resolve(settings.rootPasswordFile),
      engine: settings.engine,
      version: readVersion(),
    },
    'The broker is ready',
  );
}

/** Opens what is stored and builds everything that stands on it, up to the listener. */
async function load(
  settings: Settings,
  logger: Logger,
  lifecycle: Lifecycle,
  readiness: Readiness,
): Promise<NatsListener> {
  const { engine, metadata } = await openStorage(settings, logger, lifecycle, readiness);
  const presence = new ConnectionPresence(clock);
  const stations = new StationRegistry(metadata, engine, clock, settings);
  const schemas = new SchemaRegistry(metadata, schemaFormats(), clock, limits);
  const stationSchemas = new StationSchemas(schemas, stations);
  const producers = new ProducerRegistry(presence, limits);
  const membership = new GroupMembership(metadata, engine, presence, clock, limits);
  const token = await connectionToken(settings, logger);
  const hasher = new ScryptPasswordHasher();
  const authenticator = new Authenticator(metadata, hasher, clock, limits, token);
  stations.onRemoved(({ id }) => {
    producers.removeStation(id);
    membership.removeStation(id);
  });

  await stations.load();
  await schemas.load();
  await membership.load();
  await authenticator.load();
  await ensureUsers(settings, authenticator, logger);
  forgetTheAbsent(presence, producers, membership, logger);

  const bus = new LocalBus();
  const { resendBytesPerSecondMax } = limits;
  const headers = headerBlocks;
  const deadLetterParts = { engine, bus, headers, clock, scheduler, resendBytesPerSecondMax };
  const deadLetters = new DeadLetters(deadLetterParts);
  lifecycle.add('dead letters', () => deadLetters.stop());
  const { retryDelayMs } = limits;
  const copies = new DeadLetterCopies({ ...deadLetterParts, stations, logger, retryDelayMs });
  const intervalMs = limits.deadLetterUpkeepIntervalMs;
  const retention = new DeadLetterRetention({ ...deadLetterParts, stations, logger, intervalMs });
  copies.start();
  retention.start();
  lifecycle.add('retention of dead letters', () => retention.stop());
  lifecycle.add('copies of dead letters', () => copies.stop());
  const tls = await openTls(settings, logger, lifecycle);
  const { webSocketPort, payloadBytesMax, controlLineBytesMax } = settings;
  return new NatsListener(
    {
      stations,
      schemas,
      stationSchemas,
      producers,
      membership,
      authenticator,
      deadLetters,
      engine,
      bus,
      clock,
      scheduler,
      logger,
    },
    {
      ...limits,
      host: settings.host,
      port: settings.clientPort,
      serverName: 'thebes',
      payloadBytesMax,
      controlLineBytesMax,
      headerBytesMax: settings.headerBytesMax,
      subscriptionCountMax: settings.subscriptionCountMax,
      connectionCountMax: settings.connectionCountMax,
      tls,
      webSocket:
        webSocketPort === 'off'
          ? undefined
          : {
              port: webSocketPort,
              origins: settings.webSocketOrigins.split(','),
              frameBytesMax:
                payloadBytesMax + controlLineBytesMax + limits.webSocketFrameSlackBytes,
            },
    },
  );
}

/** Undefined when clients are to speak in clear. */
async function openTls(
  settings: Settings,
  logger: Logger,
  lifecycle: Lifecycle,
): Promise<NatsOptions['tls']> {
  if (settings.tlsCertificateFile === '') return undefined;
  const paths = {
    certificate: settings.tlsCertificateFile,
    key: settings.tlsKeyFile,
    authorities: settings.tlsAuthorityFile,
  };
  const source = await TlsFiles.open(paths, logger, clock);
  const stop = source.watch(scheduler, limits.tlsRefreshIntervalMs);
  lifecycle.add('TLS files', () => Promise.resolve(stop()), { isStoreless: true });
  return { source, clientCertificates: settings.tlsClientCertificates };
}

function schemaFormats(): SchemaFormat[] {
  return [new JsonSchemaFormat(), new GraphqlFormat(), new ProtobufFormat(), new AvroFormat()];
}

async function openStorage(
  settings: Settings,
  logger: Logger,
  lifecycle: Lifecycle,
  readiness: Readiness,
): Promise<{ engine: StationEngine; metadata: MetadataStore }> {
  const onFatal = (error: BrokerError): void => lifecycle.fail(error);
  const time = { clock, scheduler };
  const onDeadLettersFull = (err: BrokerError): void => {
    logger.warn({ err }, 'A station has no room for another dead letter; what fails is held');
  };
  const readHeader = headerBlocks.read;
  const { memoryStationBytesMax } = settings;
  const own = { readHeader, onDeadLettersFull, onFatal };
  const engineOptions = { ...limits, memoryStationBytesMax, ...own };
  if (settings.engine === 'memory') {
    logger.warn({}, 'The engine is memory: everything is gone when the broker ends');
    const engine = new MemoryEngine(time, engineOptions);
    lifecycle.add('engine', () => engine.close());
    return { engine, metadata: new MemoryMetadataStore() };
  }
  assert(settings.engine === 'embedded', 'readSettings refuses an engine that is not built');
  const store = await openStore(settings.dataDir, onFatal);
  lifecycle.add('store', () => store.close());
  const metadata =
    settings.metadata === 'postgres'
      ? await openPostgresMetadata(settings, store, logger, lifecycle, readiness)
      : await openEmbeddedMetadata(store, logger, onFatal);
  lifecycle.add('metadata', () => metadata.close());
  const engine = new EmbeddedEngine(store, time, engineOptions);
  lifecycle.add('engine', () => engine.close());
  return { engine, metadata };
}

async function openEmbeddedMetadata(
  store: OrderedStore,
  logger: Logger,
  onFatal: (error: BrokerError) => void,
): Promise<MetadataStore> {
  const newInstallId = randomUUID();
  const metadata = await EmbeddedMetadataStore.open(store, logger, { newInstallId, onFatal });
  logger.info({ event: 'store-open', installId: metadata.installId }, 'The store is open');
  return metadata;
}

async function openPostgresMetadata(
  settings: Settings,
  store: OrderedStore,
  logger: Logger,
  lifecycle: Lifecycle,
  readiness: Readiness,
): Promise<MetadataStore> {
  // Not loaded where it is not used: it would cost memory and time at start.
  const { PostgresDatabase, PostgresMetadataStore } = await import('./metadata/postgres/index.ts');
  const parts = {
    clock,
    scheduler,
    logger,
    newId: randomUUID,
    chance: Math.random,
    onReach: (problem: string | undefined): void => readiness.degrade('metadata', problem),
  };
  const options = postgresSettings(settings);
  if (options.isExposed) {
    logger.warn({}, 'The connection to Postgres is neither encrypted nor verified');
  }
  const database = await PostgresDatabase.open(options, parts);
  lifecycle.add('connections to Postgres', () => database.close(), { isStoreless: true });
  const installId = await PostgresMetadataStore.installId(database, options.startTimeoutMs);
  const names = { newStoreId: randomUUID(), installId, database: options.database };
  const storeId = await claimStore(store, names);
  logger.info({ event: 'store-open', installId, storeId }, 'The store and the database are open');
  return new PostgresMetadataStore(database, parts, { ...options, storeId });
}

async function openStore(
  dataDir: string,
  onFatal: (error: BrokerError) => void,
): Promise<OrderedStore> {
  const onStoreFailure = (error: StoreError): void => {
    onFatal(new BrokerError('STORE_FAILED', { cause: error.message }, error));
  };
  try {
    return await openEmbeddedStore(dataDir, { ...limits, clock, scheduler, onStoreFailure });
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new BrokerError('STORE_UNREADABLE', { record: 'store', cause }, error);
  }
}

/** At the first start, which is over once there is root; the password is on disk before its hash is. */
async function ensureUsers(
  settings: Settings,
  authenticator: Authenticator,
  logger: Logger,
): Promise<void> {
  if (authenticator.find(rootUserName) !== undefined) return;
  await createInitialUsers(settings.initialUsersFile, authenticator, logger);
  const path = settings.rootPasswordFile;
  const { value, origin, isExposed } = await takeSecret(path, 'ROOT_PASSWORD_FILE');
  if (isExposed) logger.warn({ path }, 'Others than its owner may read the root password file');
  await authenticator.putUser({ name: rootUserName, kind: 'root', password: value });
  logger.info({ event: 'root-created', path, origin }, 'The user root has its password');
}

/** All of them, or none when something in the file is wrong. */
async function createInitialUsers(
  path: string,
  authenticator: Authenticator,
  logger: Logger,
): Promise<void> {
  if (path === '') return;
  const document = await readYamlFile(path).catch((error: unknown) => {
    const cause = error instanceof Error ? error.message : String(error);
    throw new BrokerError('INITIAL_USERS_FILE', { path, cause }, error);
  });
  const { users, problems } = readInitialUsers(document);
  if (problems.length > 0) throw new BrokerErrors(problems);
  for (const user of users) await authenticator.putUser(user);
  logger.info({ event: 'initial-users-created', path, count: users.length }, 'Users are created');
}

/** Undefined where clients log in by password. */
async function connectionToken(settings: Settings, logger: Logger): Promise<string | undefined> {
  if (settings.clientLogin === 'password') return undefined;
  const path = settings.connectionTokenFile;
  const { value, origin, isExposed } = await takeSecret(path, 'CONNECTION_TOKEN_FILE');
  if (isExposed) logger.warn({ path }, 'Others than its owner may read the connection token file');
  logger.info({ event: 'token-login', path, origin }, 'Clients log in with the connection token');
  return checkedToken(value);
}

/** Each start of a client leaves its producers and consumers behind; in time they are forgotten. */
function forgetTheAbsent(
  presence: ConnectionPresence,
  producers: ProducerRegistry,
  membership: GroupMembership,
  logger: Logger,
): void {
  scheduler.after(limits.upkeepIntervalMs, () => {
    producers.removeAbsent(limits.absenceMsMax);
    membership
      .removeAbsent(limits.absenceMsMax)
      .then(() => presence.forgetAbsent(limits.absenceMsMax))
      .catch((err: unknown) => logger.warn({ err }, 'Absent consumers are not forgotten yet'))
      .finally(() => forgetTheAbsent(presence, producers, membership, logger));
  });
}

function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
