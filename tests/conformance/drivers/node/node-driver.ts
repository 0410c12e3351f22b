// The Node SDK as a program: reads one JSON call per line, answers one JSON line each. The calls are those
// of harness/sdk-client.ts; the drivers of the other languages know the same ones.
import { createInterface } from 'node:readline';
import { createMemphisInstance } from 'memphis-dev';
import type { Consumer, Memphis, Message, Producer, Station } from 'memphis-dev';

interface Call {
  readonly id: number;
  readonly do: string;
  readonly client: string;
  readonly [field: string]: unknown;
}

interface Connection {
  readonly memphis: Memphis;
  readonly stations: Map<string, Station>;
  readonly producers: Map<string, Producer>;
  readonly consumers: Map<string, Consumer>;
}

const connections = new Map<string, Connection>();
const heardErrors: string[] = [];
const messages: (Message | undefined)[] = [];

// What the SDK does not catch (wire-protocol.md 7.2) is told on stderr, and the next call goes on.
process.on('unhandledRejection', (reason) => console.error('unhandled rejection:', reason));

createInterface({ input: process.stdin }).on('line', (line) => {
  const call = JSON.parse(line) as Call;
  run(call).then(
    (value) => answer({ id: call.id, value: value ?? null }),
    (error: unknown) =>
      answer({ id: call.id, error: error instanceof Error ? error.message : String(error) }),
  );
});

function answer(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

async function run(call: Call): Promise<unknown> {
  if (call.do === 'connect') return connect(call);
  const connection = connections.get(call.client);
  if (connection === undefined) throw new Error(`No connection ${call.client}`);
  const { memphis, stations, producers, consumers } = connection;
  const station = text(call, 'station');
  const producer = producers.get(`${station}/${text(call, 'producer')}`);
  const consumer = consumers.get(`${station}/${text(call, 'consumer')}`);
  switch (call.do) {
    case 'close':
      return memphis.close();
    case 'isConnected':
      return memphis.isConnected() && !memphis.brokerManager.isClosed();
    case 'station':
      stations.set(text(call, 'name'), await memphis.station(stationOptions(call)));
      return;
    case 'destroyStation':
      // Another run of the program may have created it.
      return (stations.get(text(call, 'name')) ?? stationNamed(memphis, call)).destroy();
    case 'producer':
      producers.set(
        `${station}/${text(call, 'producer')}`,
        await memphis.producer({ stationName: station, producerName: text(call, 'producer') }),
      );
      return;
    case 'produce':
      return produce(call, memphis, held(producer));
    case 'produceMany':
      await Promise.all(
        Array.from({ length: Number(call['count']) }, (_, index) =>
          held(producer).produce({ message: Buffer.from(`m${index}`), asyncProduce: false }),
        ),
      );
      return;
    case 'destroyProducer':
      return held(producer).destroy();
    case 'consumer':
      consumers.set(
        `${station}/${text(call, 'consumer')}`,
        await memphis.consumer(consumerOptions(call)),
      );
      return;
    case 'fetch':
      return fetch(call, held(consumer));
    case 'destroyConsumer':
      return held(consumer).destroy();
    case 'listen':
      held(consumer).on('message', () => undefined);
      held(consumer).on('error', (error) => heardErrors.push(String(error)));
      return;
    case 'heardErrors':
      return heardErrors;
    case 'stopConsumer':
      return held(consumer).stop();
    case 'ack':
      return message(call).ack();
    case 'ackAll':
      return ackAll(call['handles'] as readonly number[]);
    case 'nack':
      return message(call).nack();
    case 'delay':
      return message(call).delay(Number(call['delayMs']));
    case 'deadLetter':
      return message(call).deadLetter(text(call, 'reason'));
    case 'createSchema':
      return memphis.createSchema({
        schemaName: text(call, 'name'),
        schemaType: text(call, 'type'),
        schemaFilePath: text(call, 'path'),
      });
    case 'enforceSchema':
      return memphis.enforceSchema({ name: text(call, 'name'), stationName: station });
    case 'detachSchema':
      return memphis.detachSchema({ stationName: station });
    case 'request': {
      const reply = await memphis.brokerManager.request(
        text(call, 'subject'),
        Buffer.from(text(call, 'text')),
        { timeout: 20_000 },
      );
      return Buffer.from(reply.data).toString();
    }
    case 'flush':
      return memphis.brokerManager.flush();
    default:
      throw new Error(`No call ${call.do}`);
  }
}

async function connect(call: Call): Promise<void> {
  const tls = call['tls'] as { key: string; cert: string; ca: string } | undefined;
  const memphis = await createMemphisInstance().connect({
    host: text(call, 'host'),
    port: Number(call['port']),
    username: text(call, 'username'),
    password: text(call, 'password'),
    connectionToken: text(call, 'token'),
    reconnectIntervalMs: 100,
    suppressLogs: true,
    ...(tls === undefined ? {} : { keyFile: tls.key, certFile: tls.cert, caFile: tls.ca }),
  });
  connections.set(call.client, {
    memphis,
    stations: new Map(),
    producers: new Map(),
    consumers: new Map(),
  });
}

function stationOptions(call: Call): Parameters<Memphis['station']>[0] {
  const options = {
    name: text(call, 'name'),
    retentionType: call['retentionType'],
    retentionValue: call['retentionValue'],
    storageType: call['storageType'],
    idempotencyWindowMs: call['idempotencyWindowMs'],
    schemaName: call['schema'],
    partitionsNumber: call['partitions'],
    sendPoisonMsgToDls: call['deadLetters'],
    sendSchemaFailedMsgToDls: call['schemaDeadLetters'],
    dlsStation: call['deadLetterStation'],
  };
  return options as Parameters<Memphis['station']>[0];
}

function stationNamed(memphis: Memphis, call: Call): Station {
  const known = [...connections.values()].flatMap(({ stations }) => [...stations.values()])[0];
  if (known === undefined) throw new Error('Create some station first');
  const StationClass = known.constructor as new (memphis: Memphis, name: string) => Station;
  return new StationClass(memphis, text(call, 'name'));
}

async function produce(call: Call, memphis: Memphis, producer: Producer): Promise<void> {
  const headers = memphis.headers();
  for (const [key, value] of Object.entries((call['headers'] ?? {}) as Record<string, string>)) {
    headers.add(key, value);
  }
  const options = {
    message: Buffer.from(text(call, 'text')),
    headers,
    asyncProduce: false,
    msgId: call['messageId'],
    producerPartitionNumber: call['partition'],
    producerPartitionKey: call['key'],
  };
  await producer.produce(options as Parameters<Producer['produce']>[0]);
}

function consumerOptions(call: Call): Parameters<Memphis['consumer']>[0] {
  const options = {
    stationName: text(call, 'station'),
    consumerName: text(call, 'consumer'),
    consumerGroup: text(call, 'group'),
    maxAckTimeMs: call['ackTimeoutMs'],
    maxMsgDeliveries: call['deliveryCountMax'],
    startConsumeFromSequence: call['startSequence'],
    lastMessages: call['lastMessages'],
    batchMaxTimeToWaitMs: call['fetchTimeoutMs'],
  };
  return options as Parameters<Memphis['consumer']>[0];
}

async function fetch(call: Call, consumer: Consumer): Promise<object[]> {
  const options = {
    batchSize: Number(call['batch']),
    consumerPartitionNumber: call['partition'],
    consumerPartitionKey: call['key'],
  };
  const fetched = await consumer.fetch(options as Parameters<Consumer['fetch']>[0]);
  return fetched.map((received) => ({
    handle: messages.push(received) - 1,
    text: Buffer.from(received.getData()).toString(),
    headers: received.getHeaders(),
    ...positionOf(received),
  }));
}

/** A dead letter that was sent again has neither sequence nor time. */
function positionOf(received: Message): object {
  try {
    return {
      sequence: received.getSequenceNumber(),
      sentAtMs: received.getTimeSent().getTime(),
    };
  } catch {
    return {};
  }
}

/** Acks and forgets: a program that runs for long must not keep what is done. */
function ackAll(handles: readonly number[]): void {
  for (const handle of handles) {
    const done = held(messages[handle]);
    messages[handle] = undefined;
    done.ack();
  }
}

function message(call: Call): Message {
  return held(messages[Number(call['handle'])]);
}

function held<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('Create or fetch it first');
  return value;
}

/** A field as text; empty where the call has none. */
function text(call: Call, field: string): string {
  const value = call[field];
  return typeof value === 'string' ? value : '';
}
