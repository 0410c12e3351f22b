import type { SdkProgram } from './sdk-program.ts';

/** Where and as whom an SDK connects. */
export interface SdkConnectOptions {
  readonly port: number;
  readonly host?: string;
  readonly username?: string;
  readonly password?: string;
  readonly token?: string;
  readonly tls?: { readonly key: string; readonly cert: string; readonly ca: string };
}

/** Settings of a station, by the words that all drivers know. */
export interface SdkStation {
  readonly retentionType?: string;
  readonly retentionValue?: number;
  readonly storageType?: string;
  readonly idempotencyWindowMs?: number;
  readonly schema?: string;
  readonly partitions?: number;
  readonly deadLetters?: boolean;
  readonly schemaDeadLetters?: boolean;
  readonly deadLetterStation?: string;
}

/** What is produced and how. */
export interface SdkMessage {
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly messageId?: string;
  readonly partition?: number;
  readonly key?: string;
}

/** Settings of a consumer. */
export interface SdkConsumer {
  readonly group?: string;
  readonly ackTimeoutMs?: number;
  readonly deliveryCountMax?: number;
  readonly startSequence?: number;
  readonly lastMessages?: number;
  readonly fetchTimeoutMs?: number;
}

/** One message as the application sees it. */
export interface SdkReceived {
  /** By which its driver knows it. */
  readonly handle: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Where the SDK shows them: from the wire, or through its message object. */
  readonly sequence?: number;
  readonly sentAtMs?: number;
  ack(): Promise<void>;
  nack(): Promise<void>;
  delay(delayMs: number): Promise<void>;
  deadLetter(reason: string): Promise<void>;
}

type RawReceived = Omit<SdkReceived, 'ack' | 'nack' | 'delay' | 'deadLetter'>;

/** One connection of an SDK, in the words of the suite. */
export class SdkClient {
  readonly #program: SdkProgram;
  readonly #client: string;

  private constructor(program: SdkProgram, client: string) {
    this.#program = program;
    this.#client = client;
  }

  static async connect(
    program: SdkProgram,
    name: string,
    options: SdkConnectOptions,
  ): Promise<SdkClient> {
    const client = new SdkClient(program, name);
    await client.#call('connect', { host: '127.0.0.1', username: 'root', ...options });
    return client;
  }

  async close(): Promise<void> {
    await this.#call('close', {});
  }

  async isConnected(): Promise<boolean> {
    return (await this.#call('isConnected', {})) as boolean;
  }

  async station(name: string, settings: SdkStation = {}): Promise<void> {
    await this.#call('station', { name, ...settings });
  }

  async destroyStation(name: string): Promise<void> {
    await this.#call('destroyStation', { name });
  }

  async producer(station: string, producer = 'p'): Promise<void> {
    await this.#call('producer', { station, producer });
  }

  /** Produces and waits for the acknowledgement. */
  async produce(station: string, message: SdkMessage | string, producer = 'p'): Promise<void> {
    const fields = typeof message === 'string' ? { text: message } : message;
    await this.#call('produce', { station, producer, ...fields });
  }

  /** Publishes so many without waiting for each; resolves when all are acknowledged. */
  async produceMany(station: string, count: number, producer = 'p'): Promise<void> {
    await this.#call('produceMany', { station, producer, count });
  }

  async destroyProducer(station: string, producer = 'p'): Promise<void> {
    await this.#call('destroyProducer', { station, producer });
  }

  async consumer(station: string, consumer: string, settings: SdkConsumer = {}): Promise<void> {
    await this.#call('consumer', { station, consumer, group: consumer, ...settings });
  }

  async fetch(
    station: string,
    consumer: string,
    batch: number,
    from: { readonly partition?: number; readonly key?: string } = {},
  ): Promise<SdkReceived[]> {
    const received = await this.#call('fetch', { station, consumer, batch, ...from });
    return (received as RawReceived[]).map((message) => ({
      ...message,
      ack: async () => void (await this.#call('ack', { handle: message.handle })),
      nack: async () => void (await this.#call('nack', { handle: message.handle })),
      delay: async (delayMs: number) =>
        void (await this.#call('delay', { handle: message.handle, delayMs })),
      deadLetter: async (reason: string) =>
        void (await this.#call('deadLetter', { handle: message.handle, reason })),
    }));
  }

  /** Acks them one after the other; the program forgets them. */
  async ackAll(messages: readonly SdkReceived[]): Promise<void> {
    await this.#call('ackAll', { handles: messages.map(({ handle }) => handle) });
  }

  async destroyConsumer(station: string, consumer: string): Promise<void> {
    await this.#call('destroyConsumer', { station, consumer });
  }

  async createSchema(name: string, type: string, path: string): Promise<void> {
    await this.#call('createSchema', { name, type, path });
  }

  async enforceSchema(name: string, station: string): Promise<void> {
    await this.#call('enforceSchema', { name, station });
  }

  async detachSchema(station: string): Promise<void> {
    await this.#call('detachSchema', { station });
  }

  /** A plain request on the SDK's own connection. */
  async request(subject: string, text = ''): Promise<string> {
    return (await this.#call('request', { subject, text })) as string;
  }

  /** PING and its PONG on the SDK's own connection. */
  async flush(): Promise<void> {
    await this.#call('flush', {});
  }

  /** A call that only one driver knows. */
  special(what: string, fields: object): Promise<unknown> {
    return this.#call(what, fields);
  }

  #call(what: string, fields: object): Promise<unknown> {
    return this.#program.call(what, { client: this.#client, ...fields });
  }
}
