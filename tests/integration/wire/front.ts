import { LocalBus } from '../../../broker/src/bus/local/index.ts';
import { headerBlocks } from '../../../broker/src/codecs/nats/index.ts';
import { ConnectionPresence } from '../../../broker/src/core/connections/index.ts';
import { DeadLetterCopies, DeadLetters } from '../../../broker/src/core/dead-letters/index.ts';
import { GroupMembership } from '../../../broker/src/core/groups/index.ts';
import type {
  MetadataStore,
  PasswordHasher,
  StationEngine,
} from '../../../broker/src/core/ports/index.ts';
import { ProducerRegistry } from '../../../broker/src/core/producers/index.ts';
import { SchemaRegistry, StationSchemas } from '../../../broker/src/core/schemas/index.ts';
import { StationRegistry } from '../../../broker/src/core/stations/index.ts';
import type { StationLimits } from '../../../broker/src/core/stations/index.ts';
import { Authenticator } from '../../../broker/src/core/users/index.ts';
import { MemoryEngine } from '../../../broker/src/engines/memory/index.ts';
import { AvroFormat } from '../../../broker/src/formats/avro/index.ts';
import { GraphqlFormat } from '../../../broker/src/formats/graphql/index.ts';
import { JsonSchemaFormat } from '../../../broker/src/formats/json-schema/index.ts';
import { ProtobufFormat } from '../../../broker/src/formats/protobuf/index.ts';
import { SystemClock, SystemScheduler } from '../../../broker/src/host/index.ts';
import { MemoryMetadataStore } from '../../../broker/src/metadata/memory/index.ts';
import { NatsListener } from '../../../broker/src/protocols/nats/index.ts';
import type { NatsOptions, NatsServices } from '../../../broker/src/protocols/nats/index.ts';
import type { LogFields, Logger } from '../../../broker/src/foundation/index.ts';
import { registerRelease } from '../../support/index.ts';
import type { ManualTime } from '../../support/manual-time.ts';
import { RawClient } from './raw-client.ts';
import type { ConnectFields } from './raw-client.ts';

// On a busy machine a test that moves tens of megabytes takes longer than Jest's five seconds.
jest.setTimeout(60_000);

/** Password of the user `root` of every front. */
export const rootPassword = 'right-password';

/** One line of a front's log. */
interface FrontLogLine {
  readonly level: keyof Logger;
  readonly fields: LogFields;
  readonly message: string;
}

/** How a front differs from the plain one. */
export interface FrontOptions {
  readonly limits?: Partial<NatsOptions>;
  readonly stationLimits?: Partial<StationLimits>;
  /** Clients log in with it instead of passwords. */
  readonly connectionToken?: string;
  /** Time that only the test moves; the machine's own unless told otherwise. */
  readonly time?: ManualTime;
  /** Puts something between the front and the memory engine. */
  readonly wrapEngine?: (engine: StationEngine) => StationEngine;
}

/** A listener of this process over the memory engine, with everything behind it in reach. */
export interface Front {
  readonly port: number;
  /** 0 where WebSocket is not offered. */
  readonly webSocketPort: number;
  readonly listener: NatsListener;
  readonly services: NatsServices;
  readonly log: readonly FrontLogLine[];
  /** A socket that has read nothing and sent nothing. */
  dial(): Promise<RawClient>;
  /** A socket that is connected as `root`. */
  connect(fields?: ConnectFields): Promise<RawClient>;
  /** Ends it, and starts another on what was stored; its port is another one. */
  restarted(): Promise<Front>;
}

/** What outlives a restart. */
interface FrontStores {
  readonly engine: StationEngine;
  readonly metadata: MetadataStore;
}

const plainHasher: PasswordHasher = {
  hash: (password) => Promise.resolve(`plain:${password}`),
  verify: (password, hash) => Promise.resolve(hash === `plain:${password}`),
  digest: (text) => `digest:${text}`,
};

/** Limits as the broker has them, but for what a test would have to wait for. */
const plainLimits = {
  host: '127.0.0.1',
  port: 0,
  serverName: 'front-of-a-test',
  connectionCountMax: 1000,
  controlLineBytesMax: 4096,
  payloadBytesMax: 1024 * 1024,
  subscriptionCountMax: 1000,
  pullCountMax: 2048,
  deliveryBufferBytesMax: 1024 * 1024,
  writeBufferBytesMax: 8 * 1024 * 1024,
  pendingPublishCountMax: 16_384,
  pendingPublishBytesMax: 8 * 1024 * 1024,
  authenticationTimeoutMs: 2000,
  pingIntervalMs: 120_000,
  pingsMissedMax: 2,
  pullTimeoutGraceMs: 15,
  closeTimeoutMs: 500,
  headerBytesMax: 65_535,
  tls: undefined,
  webSocket: undefined,
} as const satisfies NatsOptions;

/** Starts a front; the end of the test file stops it. */
export async function startFront(options: FrontOptions = {}): Promise<Front> {
  const clock = options.time ?? new SystemClock();
  const scheduler = options.time ?? new SystemScheduler();
  const memoryEngine = new MemoryEngine(
    { clock, scheduler },
    {
      blockBytesTarget: 64 * 1024,
      blockCacheBytesMax: 16 * 1024 * 1024,
      memoryStationBytesMax: 16 * 1024 * 1024,
      lazyCommitDelayMs: 5,
      retryDelayMs: 50,
      termReportTimeoutMs: 1000,
      deadLetterCountMax: 1_000,
      deadLetterBytesMax: 1024 * 1024,
      onDeadLettersFull: () => undefined,
      readHeader: headerBlocks.read,
      waitingPullCountMax: 512,
      passedOverCountMax: 1_000,
      delayedCountMax: 20,
      onFatal: (error) => {
        throw error;
      },
    },
  );
  const engine = options.wrapEngine?.(memoryEngine) ?? memoryEngine;
  registerRelease(() => engine.close());
  return openFront({ engine, metadata: new MemoryMetadataStore() }, options);
}

async function openFront(stores: FrontStores, options: FrontOptions): Promise<Front> {
  const clock = options.time ?? new SystemClock();
  const scheduler = options.time ?? new SystemScheduler();
  const log: FrontLogLine[] = [];
  const { engine, metadata } = stores;
  const presence = new ConnectionPresence(clock);
  const clientLimits = { connectionIdBytesMax: 256, clientsPerConnectionMax: 1000 };
  const stations = new StationRegistry(metadata, engine, clock, {
    stationCountMax: 10_000,
    partitionCountMax: 10_000,
    totalPartitionCountMax: 100_000,
    ...options.stationLimits,
  });
  const formats = [
    new JsonSchemaFormat(),
    new GraphqlFormat(),
    new ProtobufFormat(),
    new AvroFormat(),
  ];
  const schemas = new SchemaRegistry(metadata, formats, clock, {
    schemaBytesMax: 64 * 1024,
    schemaVersionCountMax: 100,
  });
  const producers = new ProducerRegistry(presence, clientLimits);
  const membership = new GroupMembership(metadata, engine, presence, clock, clientLimits);
  const authenticator = new Authenticator(
    metadata,
    plainHasher,
    clock,
    { runningChecksMax: 4, waitingChecksMax: 100 },
    options.connectionToken,
  );
  stations.onRemoved((station) => {
    producers.removeStation(station.id);
    membership.removeStation(station.id);
  });
  await stations.load();
  await membership.load();
  await authenticator.load();
  await authenticator.putUser({ name: 'root', kind: 'root', password: rootPassword });

  const bus = new LocalBus();
  const logger = recordingLogger(log);
  const deadLetterParts = {
    engine,
    stations,
    bus,
    headers: headerBlocks,
    clock,
    scheduler,
    logger,
    retryDelayMs: 50,
    resendBytesPerSecondMax: 4 * 1024 * 1024,
  };
  const deadLetters = new DeadLetters(deadLetterParts);
  const copies = new DeadLetterCopies(deadLetterParts);
  copies.start();
  const services: NatsServices = {
    stations,
    schemas,
    stationSchemas: new StationSchemas(schemas, stations),
    producers,
    membership,
    authenticator,
    engine,
    deadLetters,
    bus,
    clock,
    scheduler,
    logger,
  };
  const listener = new NatsListener(services, { ...plainLimits, ...options.limits });
  const { port, webSocketPort = 0 } = await listener.listen();
  const stop = async (): Promise<void> => {
    await listener.drain();
    await deadLetters.stop();
    await copies.stop();
  };
  registerRelease(stop);
  return {
    port,
    webSocketPort,
    listener,
    services,
    log,
    dial: () => RawClient.dial(port),
    connect: async (fields = {}) => {
      const client = await RawClient.dial(port);
      await client.connect({ user: 'root$1', pass: rootPassword, ...fields });
      return client;
    },
    restarted: async () => {
      await stop();
      return openFront(stores, options);
    },
  };
}

function recordingLogger(log: FrontLogLine[]): Logger {
  const recorder = (level: keyof Logger) => (fields: LogFields, message: string) => {
    log.push({ level, fields, message });
  };
  return {
    debug: recorder('debug'),
    info: recorder('info'),
    warn: recorder('warn'),
    error: recorder('error'),
  };
}
