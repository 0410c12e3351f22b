import { startBroker } from '../../support/index.ts';
import type { BrokerProcess } from '../../support/index.ts';
import { RawClient } from '../../integration/wire/raw-client.ts';
import type { Frame } from '../../integration/wire/raw-client.ts';
import { createConsumer } from '../../integration/wire/stations.ts';
import { Door } from '../door/door.ts';
import type { Column } from '../items.ts';
import { SdkClient } from './sdk-client.ts';
import type { SdkConnectOptions } from './sdk-client.ts';
import { SdkProgram } from './sdk-program.ts';
import { sdksOf } from './sdks.ts';
import type { Sdk } from './sdks.ts';
import { WireTap } from './wire-tap.ts';

/** State of one group on one partition, as CONSUMER.INFO tells it. */
export interface GroupInfo {
  readonly stream_name: string;
  readonly config: { readonly ack_wait: number; readonly max_deliver: number };
  readonly delivered: { readonly stream_seq: number };
  readonly ack_floor: { readonly stream_seq: number };
  readonly num_ack_pending: number;
  readonly num_pending: number;
  readonly num_waiting: number;
}

/**
 * A broker, one SDK that talks to it through a tap, and a plain connection that looks at what came of it.
 *
 * Made by `onEach`; everything in it is there once the first test runs.
 */
export class Scene {
  readonly sdk: Sdk;
  broker!: BrokerProcess;
  tap!: WireTap;
  program!: SdkProgram;
  /** Connected as root before the first test. */
  client!: SdkClient;
  observer!: RawClient;
  readonly #door: Door | undefined;
  #connectionCount = 0;

  constructor(sdk: Sdk, door: Door | undefined) {
    this.sdk = sdk;
    this.#door = door;
  }

  async start(): Promise<void> {
    this.program = SdkProgram.start(this.sdk.command);
    this.broker = await startSuiteBroker(this.#door);
    this.tap = await WireTap.open(() => this.broker.clientPort);
    this.client = await this.connect();
    this.observer = await this.observe();
    await this.#door?.open(this.observer);
  }

  /** The way to the dead letters, where the tests asked for one. */
  get door(): Door {
    if (this.#door === undefined) throw new Error('Ask onEach for a door');
    return this.#door;
  }

  /** One more connection of the SDK, as root through the tap unless told otherwise. */
  connect(options: Partial<SdkConnectOptions> = {}, program = this.program): Promise<SdkClient> {
    this.#connectionCount += 1;
    return SdkClient.connect(program, `connection ${this.#connectionCount}`, {
      port: this.tap.port,
      ...(options.token === undefined ? { password: this.broker.rootPassword } : {}),
      ...options,
    });
  }

  /** A plain connection as root. */
  async observe(fields: object = {}): Promise<RawClient> {
    const client = await RawClient.dial(this.broker.clientPort);
    await client.connect({ user: 'root', pass: this.broker.rootPassword, ...fields });
    return client;
  }

  async streamInfo(stream: string): Promise<{
    readonly config: Record<string, unknown>;
    readonly state: { readonly messages: number; readonly last_seq: number };
  }> {
    const info = await this.observer.requestJson(`$JS.API.STREAM.INFO.${stream}`);
    expect(info).not.toHaveProperty('error');
    return info as unknown as Awaited<ReturnType<Scene['streamInfo']>>;
  }

  /** All that a partition holds, as it was stored; read through a group of its own. */
  async stored(stream: string): Promise<readonly Frame[]> {
    const { messages } = (await this.streamInfo(stream)).state;
    const station = stream.slice(0, stream.lastIndexOf('$')).replaceAll('#', '.');
    const reader = await this.observe();
    await createConsumer(reader, station, 'looks-at-all', { connection_id: 'looks-at-all' });
    reader.subscribe('_INBOX.looks', 'looks');
    const pull = `$JS.API.CONSUMER.MSG.NEXT.${stream}.looks-at-all`;
    reader.publish(pull, JSON.stringify({ batch: messages }), { reply: '_INBOX.looks' });
    const frames = await reader.received('looks', messages);
    reader.close();
    return frames;
  }

  /** Undefined where there is no such group. */
  async groupInfo(stream: string, group: string): Promise<GroupInfo | undefined> {
    const info = await this.observer.requestJson(`$JS.API.CONSUMER.INFO.${stream}.${group}`);
    return 'error' in info ? undefined : (info as unknown as GroupInfo);
  }
}

/**
 * Defines the tests of the given columns once for each SDK that this machine has. Where it has none of a
 * column, the set-up said why, and the table does.
 */
export function onEach(
  columns: readonly Column[],
  define: (scene: Scene) => void,
  { withDoor = false }: { readonly withDoor?: boolean } = {},
): void {
  for (const sdk of sdksOf(columns)) {
    describe(sdk.title, () => {
      const scene = new Scene(sdk, withDoor ? new Door() : undefined);
      beforeAll(() => scene.start());
      define(scene);
    });
  }
}

/** A broker and sockets that speak the protocol by hand. */
export class WireScene {
  broker!: BrokerProcess;
  observer!: RawClient;

  async start(): Promise<void> {
    this.broker = await startSuiteBroker();
    this.observer = await this.connect();
  }

  /** A socket that has sent nothing yet. */
  dial(): Promise<RawClient> {
    return RawClient.dial(this.broker.clientPort);
  }

  async connect(fields: object = {}): Promise<RawClient> {
    const client = await this.dial();
    await client.connect({ user: 'root$1', pass: this.broker.rootPassword, ...fields });
    return client;
  }
}

/** The built broker; with a planted fault where the run is to show that the suites find it. */
function startSuiteBroker(door?: Door): Promise<BrokerProcess> {
  const fault = process.env['CONFORMANCE_PLANTED'] ?? '';
  const { nodeArguments = [], ...options } = door?.brokerOptions ?? {};
  const planting = fault === '' ? [] : ['--import', fault];
  return startBroker({ ...options, nodeArguments: [...nodeArguments, ...planting] });
}

/** Defines the tests of what no SDK sends by itself. */
export function onWire(define: (scene: WireScene) => void): void {
  describe('wire', () => {
    const scene = new WireScene();
    beforeAll(() => scene.start());
    define(scene);
  });
}
