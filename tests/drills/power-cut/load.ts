import { headers as newHeaders } from '@nats-io/transport-node';
import type { Msg, MsgHdrs } from '@nats-io/transport-node';
import { Dice } from '../../support/index.ts';
import { DrillClient } from '../client/drill-client.ts';
import { joinRequest, stationRequest } from '../client/requests.ts';
import type { StationPlan } from '../client/requests.ts';
import { answerPrefix, operationHeader, payloadOf } from './journal.ts';
import type { Journal, Operation, Publish } from './journal.ts';

/** What a load is made of. */
export interface LoadOptions {
  readonly seed: number;
  /** About how many messages are published. */
  readonly publishCount: number;
}

const plans: readonly StationPlan[] = [
  { name: 'orders', partitionCount: 3, retention: 'age' },
  { name: 'tasks', partitionCount: 1, retention: 'acked' },
  { name: 'readings', partitionCount: 1, retention: 'count' },
  { name: 'doomed', partitionCount: 1, retention: 'age' },
  { name: 'latecomer', partitionCount: 2, retention: 'age' },
];

/**
 * Loads a broker with everything whose answer promises something: messages of 0 to 100 KiB, single
 * and in batches, with and without message ids, some said twice; groups that ack with and without
 * confirmation and leave some alone; retention that removes; a station made and one destroyed under way.
 */
export async function runLoad(
  port: number,
  password: string,
  options: LoadOptions,
): Promise<Journal> {
  return new Load(options).run(port, password);
}

class Load {
  readonly #options: LoadOptions;
  readonly #operations: Operation[] = [];
  /** Partitions that are still written to. */
  readonly #busy = new Set<string>();

  constructor(options: LoadOptions) {
    this.#options = options;
  }

  async run(port: number, password: string): Promise<Journal> {
    const [one, other, reader] = await Promise.all(
      ['1', '2', '3'].map((name) => DrillClient.connect(port, password, `${answerPrefix}${name}.`)),
    );
    if (one === undefined || other === undefined || reader === undefined)
      throw new Error('unreachable');
    const { publishCount } = this.#options;
    const share = (part: number): number => Math.ceil(publishCount * part);

    for (const name of ['orders', 'tasks', 'readings', 'doomed'])
      await this.#create('1', one, name);
    await this.#join('3', reader, 'orders', 'billing');
    await this.#join('3', reader, 'tasks', 'workers');
    const writing = [
      this.#publish('1', one, 'orders', 1, share(0.2)),
      this.#publish('2', other, 'orders', 2, share(0.2)),
      this.#publish('1', one, 'orders', 3, share(0.1)),
      this.#publish('2', other, 'tasks', 1, share(0.15)),
      this.#publish('1', one, 'readings', 1, share(0.15)),
      this.#destroyUnderWay('2', other),
      this.#createUnderWay('1', one, reader, share(0.1)),
    ];
    const reading = [1, 2, 3]
      .map((partition) => this.#consume(reader, 'orders', partition, 'billing'))
      .concat(this.#consume(reader, 'tasks', 1, 'workers'));
    await Promise.all([...writing, ...reading]);
    await Promise.all([one.close(), other.close(), reader.close()]);
    return { stations: plans, operations: this.#operations };
  }

  async #create(connection: string, client: DrillClient, name: string): Promise<void> {
    const plan = plans.find((candidate) => candidate.name === name)!;
    const answer = await this.#ask(
      connection,
      client,
      { kind: 'create-station', station: name },
      '$memphis_station_creations',
      stationRequest(plan),
    );
    if (answer.string() !== '') throw new Error(`${name} was not created: ${answer.string()}`);
  }

  async #join(connection: string, client: DrillClient, station: string, group: string) {
    const answer = await this.#ask(
      connection,
      client,
      { kind: 'create-group', station, group },
      '$memphis_consumer_creations',
      joinRequest(station, group),
    );
    refuseError(answer);
  }

  async #publish(
    connection: string,
    client: DrillClient,
    station: string,
    partition: number,
    count: number,
  ): Promise<void> {
    const key = `${station}$${String(partition)}`;
    const dice = new Dice(this.#options.seed ^ hashOf(key));
    this.#busy.add(key);
    try {
      for (let sent = 0; sent < count;) {
        const size = dice.once(2) ? 1 : dice.once(8) ? 200 : 1 + dice.below(40);
        const batch = Array.from({ length: Math.min(size, count - sent) }, () =>
          this.#publishOne(
            connection,
            client,
            newPublish(dice, station, partition, this.#operations.length),
          ),
        );
        sent += batch.length;
        const ids = await Promise.all(batch);
        if (dice.once(4)) await this.#sayAgain(connection, client, dice.pick(ids));
      }
    } finally {
      this.#busy.delete(key);
    }
  }

  async #publishOne(connection: string, client: DrillClient, publish: Publish): Promise<number> {
    const id = this.#operations.length;
    const head = newHeaders();
    head.set(operationHeader, String(publish.repeats ?? id));
    if (publish.messageId !== undefined) head.set('msg-id', publish.messageId);
    const answer = await this.#ask(
      connection,
      client,
      publish,
      `${publish.station}$${String(publish.partition)}.final`,
      payloadOf(publish.repeats ?? id, publish.payloadBytes),
      head,
    );
    refuseError(answer);
    return id;
  }

  async #sayAgain(connection: string, client: DrillClient, id: number): Promise<void> {
    const publish = this.#operations[id] as Publish;
    if (publish.messageId === undefined) return;
    await this.#publishOne(connection, client, { ...publish, repeats: id });
  }

  async #destroyUnderWay(connection: string, client: DrillClient): Promise<void> {
    await this.#publish(connection, client, 'doomed', 1, 40);
    const announcement: Operation = { kind: 'announce-destruction', station: 'doomed' };
    await this.#ask(connection, client, announcement, '$JS.API.INFO');
    const answer = await this.#ask(
      connection,
      client,
      { kind: 'destroy-station', station: 'doomed' },
      '$memphis_station_destructions',
      JSON.stringify({ station_name: 'doomed', username: 'root' }),
    );
    if (answer.string() !== '') throw new Error(`doomed was not destroyed: ${answer.string()}`);
  }

  async #createUnderWay(
    connection: string,
    client: DrillClient,
    reader: DrillClient,
    count: number,
  ): Promise<void> {
    await this.#publish(connection, client, 'orders', 3, count);
    await this.#create(connection, client, 'latecomer');
    await this.#join('3', reader, 'latecomer', 'auditors');
    await this.#join('3', reader, 'orders', 'auditors');
    await Promise.all([
      this.#publish(connection, client, 'latecomer', 1, count),
      this.#publish(connection, client, 'latecomer', 2, 5),
      this.#consumeOnce(reader, 'orders', 1, 'auditors'),
    ]);
    await this.#consumeOnce(reader, 'latecomer', 1, 'auditors');
  }

  async #consume(client: DrillClient, station: string, partition: number, group: string) {
    const key = `${station}$${String(partition)}`;
    do await this.#consumeOnce(client, station, partition, group);
    while (this.#busy.has(key));
  }

  /** Takes what there is: of ten messages, seven are acked with a confirmation, one without, two not at all. */
  async #consumeOnce(
    client: DrillClient,
    station: string,
    partition: number,
    group: string,
  ): Promise<void> {
    const deliveries = await client.pull(`${station}$${String(partition)}`, group, 50);
    const confirmed: Promise<Msg>[] = [];
    for (const { sequence, reply } of deliveries) {
      const operation: Operation = { kind: 'settle', station, partition, group, sequence };
      const place = sequence % 10;
      if (place < 7) confirmed.push(this.#ask('3', client, operation, reply, '+ACK'));
      if (place === 7) {
        this.#operations.push(operation);
        client.tell(reply, '+ACK');
      }
    }
    await Promise.all(confirmed);
  }

  #ask(
    connection: string,
    client: DrillClient,
    operation: Operation,
    subject: string,
    payload: Uint8Array | string = '',
    headers?: MsgHdrs,
  ): Promise<Msg> {
    const id = this.#operations.push(operation) - 1;
    return client.ask(subject, `${answerPrefix}${connection}.${String(id)}`, payload, headers);
  }
}

function newPublish(dice: Dice, station: string, partition: number, id: number): Publish {
  const payloadBytes = payloadSize(dice);
  const publish: Publish = { kind: 'publish', station, partition, payloadBytes };
  if (dice.once(2)) return publish;
  return { ...publish, messageId: `message-${String(id)}` };
}

function payloadSize(dice: Dice): number {
  switch (dice.below(20)) {
    case 0:
    case 1:
      return 0;
    case 2:
      return 100 * 1024 - dice.below(90 * 1024);
    case 3:
    case 4:
    case 5:
      return 200 + dice.below(5000);
    default:
      return 1 + dice.below(200);
  }
}

function hashOf(text: string): number {
  return [...text].reduce((hash, letter) => Math.imul(hash, 31) + letter.charCodeAt(0), 7);
}

function refuseError(answer: Msg): void {
  const { error } = answer.json<{ error?: unknown }>();
  if (error) throw new Error(`The load was answered with ${JSON.stringify(error)}`);
}
