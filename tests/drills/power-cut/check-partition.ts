import { headers as newHeaders } from '@nats-io/transport-node';
import type { Delivery, DrillClient } from '../client/drill-client.ts';
import { countRetained, joinRequest } from '../client/requests.ts';
import { operationHeader, payloadOf } from './journal.ts';
import type { Journal, Publish } from './journal.ts';
import type { PromisedGroup, PromisedPartition, PromisedStation } from './promises.ts';

/** How much was looked at: a check of nothing would also pass. */
export interface Tally {
  acknowledgedMessageCount: number;
  confirmedAckCount: number;
  unsettledMessageCount: number;
  messageIdCount: number;
  groupCount: number;
}

interface State {
  readonly first_seq: number;
  readonly last_seq: number;
}

interface PublishAnswer {
  readonly seq?: number;
  readonly duplicate?: boolean;
}

const readerGroup = 'drill-reader';

/** Holds one partition to what had been promised of it. */
export class PartitionCheck {
  readonly stream: string;
  readonly #client: DrillClient;
  readonly #replyPrefix: string;
  readonly #station: PromisedStation;
  readonly #promised: PromisedPartition;
  readonly #journal: Journal;
  readonly #tally: Tally;
  readonly #broken: string[] = [];
  #replyCount = 0;

  constructor(
    client: DrillClient,
    replyPrefix: string,
    station: PromisedStation,
    promised: PromisedPartition,
    journal: Journal,
    tally: Tally,
  ) {
    this.#client = client;
    this.#replyPrefix = replyPrefix;
    this.#station = station;
    this.#promised = promised;
    this.#journal = journal;
    this.#tally = tally;
    this.stream = `${station.name}$${String(promised.partition)}`;
  }

  async isThere(): Promise<boolean> {
    return (await this.#state()) !== undefined;
  }

  /** Returns what was broken. */
  async run(): Promise<readonly string[]> {
    const state = await this.#state();
    if (state === undefined) return [`${this.stream} is missing`];
    for (const group of this.#promised.groups) await this.#checkGroup(group, state);
    await this.#checkMessages(state);
    await this.#checkMessageIds();
    await this.#checkNewMessage(state);
    return this.#broken;
  }

  async #state(): Promise<State | undefined> {
    const answer = await this.#ask<{ state?: State }>(`$JS.API.STREAM.INFO.${this.stream}`);
    return answer.state;
  }

  /** Everything that was acknowledged is there as it was sent, and nothing that was never sent. */
  async #checkMessages({ first_seq, last_seq }: State): Promise<void> {
    const { name, retention } = this.#station;
    const joined = await this.#ask<{ error: string }>(
      '$memphis_consumer_creations',
      joinRequest(name, readerGroup),
    );
    if (joined.error !== '') this.#breaks(`no group can read it: ${joined.error}`);
    const stored = new Map<number, number>();
    let before = -1;
    for (const delivery of await this.#client.pullAll(this.stream, readerGroup)) {
      const id = this.#identify(delivery);
      if (id === undefined) continue;
      // One connection publishes to a partition, so its order is the order of the ids.
      if (id <= before) this.#breaks(`operation ${id} is behind operation ${before}`);
      before = id;
      stored.set(delivery.sequence, id);
    }
    if (retention !== 'acked' && stored.size !== last_seq - first_seq + 1) {
      this.#breaks(`holds ${stored.size} messages from ${first_seq} to ${last_seq}`);
    }
    for (const { sequence, id } of this.#promised.messages.values()) {
      this.#tally.acknowledgedMessageCount += 1;
      if (sequence > last_seq)
        this.#breaks(`${sequence} was acknowledged, the last is ${last_seq}`);
      else if (this.#isKept(sequence, last_seq) && stored.get(sequence) !== id) {
        const found = stored.get(sequence);
        this.#breaks(
          `message ${sequence} (operation ${id}) was acknowledged; found: ${found ?? 'nothing'}`,
        );
      }
    }
  }

  /** What retention may not have removed. */
  #isKept(sequence: number, lastSequence: number): boolean {
    switch (this.#station.retention) {
      case 'age':
        return true;
      case 'count':
        return sequence > lastSequence - countRetained;
      case 'acked':
        return this.#promised.groups.some(
          ({ settled, uncertain }) => !settled.has(sequence) && !uncertain.has(sequence),
        );
    }
  }

  /** The publish that a message came from; undefined, and a promise broken, when it is not as it was sent. */
  #identify({ sequence, headers, payload }: Delivery): number | undefined {
    const id = Number(headers?.get(operationHeader));
    const publish = this.#journal.operations[id];
    const isOwn =
      publish?.kind === 'publish' &&
      `${publish.station}$${String(publish.partition)}` === this.stream;
    if (isOwn && payloadOf(id, publish.payloadBytes).equals(payload)) return id;
    this.#breaks(`message ${sequence} is not what operation ${id} sent`);
    return undefined;
  }

  /**
   * What was settled and confirmed stays so, and what nobody settled still comes.
   *
   * What was delivered before power went waits for its ack timeout; a nack brings it at once, and does
   * nothing to what is settled.
   */
  async #checkGroup({ group, settled, uncertain }: PromisedGroup, state: State): Promise<void> {
    const info = await this.#ask<object>(`$JS.API.CONSUMER.INFO.${this.stream}.${group}`);
    if (!('config' in info)) {
      this.#breaks(`the group ${group} is missing`);
      return;
    }
    this.#tally.groupCount += 1;
    const delivered = await this.#client.pullAll(this.stream, group);
    const sequences = new Set(delivered.map(({ sequence }) => sequence));
    for (let sequence = 1; sequence <= state.last_seq; sequence += 1) {
      if (sequences.has(sequence)) continue;
      this.#client.tell(`$JS.ACK.${this.stream}.${group}.1.${String(sequence)}.1.1.0`, '-NAK');
    }
    await this.#client.flush();
    for (const { sequence } of await this.#client.pullAll(this.stream, group))
      sequences.add(sequence);

    for (const sequence of settled) {
      this.#tally.confirmedAckCount += 1;
      if (sequences.has(sequence)) this.#breaks(`${sequence} is acked by ${group} and comes again`);
    }
    for (const sequence of this.#promised.messages.keys()) {
      if (settled.has(sequence) || uncertain.has(sequence)) continue;
      this.#tally.unsettledMessageCount += 1;
      if (!sequences.has(sequence)) this.#breaks(`${group} did not ack ${sequence} and misses it`);
    }
  }

  /** A message id that was acknowledged is known: said again, it gets its old sequence. */
  async #checkMessageIds(): Promise<void> {
    const withId = [...this.#promised.messages.values()].filter(
      ({ publish }) => publish.messageId !== undefined,
    );
    await Promise.all(
      withId.map(async ({ publish, sequence }) => {
        this.#tally.messageIdCount += 1;
        const { seq, duplicate } = await this.#publish(publish);
        if (duplicate === true && seq === sequence) return;
        this.#breaks(
          `${publish.messageId} is stored as ${sequence}; said again: ${String(seq)}, ${duplicate === true ? 'a duplicate' : 'new'}`,
        );
      }),
    );
  }

  /** Work goes on: the next message gets the next sequence. */
  async #checkNewMessage(state: State): Promise<void> {
    const { seq } = await this.#publish({ messageId: undefined });
    if (seq !== state.last_seq + 1) this.#breaks(`after ${state.last_seq} comes ${String(seq)}`);
    const [next] = await this.#client.pullAll(this.stream, readerGroup);
    if (next?.sequence !== seq) this.#breaks(`a new message does not arrive`);
  }

  #publish({ messageId }: Pick<Publish, 'messageId'> | { messageId: undefined }) {
    const head = messageId === undefined ? undefined : newHeaders();
    head?.set('msg-id', messageId ?? '');
    return this.#ask<PublishAnswer>(`${this.stream}.final`, 'after the power cut', head);
  }

  async #ask<Payload>(
    subject: string,
    payload = '',
    headers?: ReturnType<typeof newHeaders>,
  ): Promise<Payload> {
    this.#replyCount += 1;
    const reply = `${this.#replyPrefix}${this.stream}.${String(this.#replyCount)}`;
    const answer = await this.#client.ask(subject, reply, payload, headers);
    return answer.json<Payload>();
  }

  #breaks(what: string): void {
    this.#broken.push(`${this.stream}: ${what}`);
  }
}
