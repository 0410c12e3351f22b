import { waitUntil } from '../../support/index.ts';
import { startFront } from './front.ts';
import type { Front } from './front.ts';
import { headerBlock, normalised, parsed, requestText } from './golden.ts';
import type { GoldenStep } from './golden.ts';
import { pull } from './pull-scene.ts';
import type { Frame, RawClient } from './raw-client.ts';
import { createConsumer, createStation, produce } from './stations.ts';

/** A message as it came to an inbox, in one line of the transcript. */
interface RecordedFrame {
  readonly line: string;
  readonly headers: string;
  readonly payload?: string;
}

/** One step of the transcript `fetch-ack`: a pull, a request, or a look at what they have led to. */
export interface FetchAckStep {
  readonly step: string;
  /** Absent where the step says in words what was sent. */
  readonly subject?: string;
  readonly request?: unknown;
  readonly reply?: unknown;
  readonly replies?: readonly RecordedFrame[];
}

/** A message in the form in which it is compared. */
interface Shown {
  readonly subject: string;
  readonly reply: string | undefined;
  readonly headers: string;
  readonly payload: string;
}

const connectionId = 'connection-1';
/** As long as that of the transcript, where the size of a message is told. */
const longConnectionId = '11111111-2222-4333-8444-555555555555';
const partitionsOf3 = ['1', '2', '3'];

/** Pulls that are sent by the words of their step, and to what group. */
const pullsInWords: Readonly<Record<string, readonly [group: string, request: object]>> = {
  'group from99 (start 99, 8 messages at creation): message 9 is published, then pulled': [
    'fl$1.from99',
    { batch: 5, expires: 300_000_000 },
  ],
};

/** A front with the stations of the transcript, to which its steps are done again. */
export class FetchAckReplay {
  readonly front: Front;
  readonly client: RawClient;
  #pullCount = 0;

  private constructor(front: Front, client: RawClient) {
    this.front = front;
    this.client = client;
  }

  static async start(): Promise<FetchAckReplay> {
    const front = await startFront();
    const client = await front.connect({ name: `${connectionId}::root` });
    const replay = new FetchAckReplay(front, client);
    for (const name of ['fa1', 'fa2', 'fa3', 'fdel', 'fnobody', 'fl']) {
      await createStation(client, name);
    }
    await createStation(client, 'fl3', { partitions_number: 3 });
    await createStation(client, 'fab', { retention_type: 'ack_based' });
    const short = { max_ack_time_ms: 1000, max_msg_deliveries: 3 };
    await createConsumer(client, 'fa1', 'g');
    await createConsumer(client, 'fa2', 'g', short);
    const groups = ['fa3 ga', 'fa3 gb', 'fdel g', 'fdel h', 'fnobody g'];
    for (const [station = '', group = ''] of groups.map((words) => words.split(' '))) {
      await createConsumer(client, station, group);
    }
    const sequences = [1, 2, 3, 4, 5, 6, 7, 8];
    await replay.store('fl', ...sequences.map((sequence) => `s${String(sequence)}`));
    for (const partition of partitionsOf3) {
      const payloads = sequences.slice(0, 4).map((at) => `p${partition}m${String(at)}`);
      await produce(client, `fl3$${partition}`, payloads);
    }
    return replay;
  }

  readonly store = (station: string, ...payloads: string[]): Promise<void> =>
    produce(this.client, `${station}$1`, payloads);

  /** Answers the last delivery whose ack subject begins so. */
  readonly settle = (start: string, payload: string): void => {
    this.client.publish(this.#ackSubject(`$JS.ACK.${start}`), payload);
  };

  /** Pulls what is there for a group on one partition; the payloads, or the first line of the status where there is none. */
  async take(group: string): Promise<string[] | string> {
    const frames = await this.#pulled(group, { batch: 10, no_wait: true }, 1);
    const messages = frames.filter(({ reply }) => reply !== undefined);
    return messages.length > 0
      ? messages.map(({ payload }) => payload)
      : (frames[0]?.headers ?? 'nothing came');
  }

  /** What a step led to, in the form in which the transcript has it. `count` messages come to a pull. */
  async outcome(
    step: FetchAckStep,
    count: number,
    meanwhile: () => Promise<void> | void,
  ): Promise<unknown> {
    if (step.step.startsWith('513 waiting pulls')) return this.#tooManyPulls();
    const [group, request] = pullsInWords[step.step] ?? [
      step.subject?.split('.NEXT.')[1],
      step.request,
    ];
    if (step.replies !== undefined) {
      return (await this.#pulled(group ?? '', request, count, meanwhile)).map(shown);
    }
    if (step.subject !== undefined) return this.#answer(step as GoldenStep);
    const [, name, isEach] = /^messages group (\w+) gets( per partition)?$/.exec(step.step) ?? [];
    if (name === undefined) return this.#state('fab$1');
    if (isEach === undefined) return [await this.take(`fl$1.${name}`)].flat().filter(isPayload);
    const taken: Record<string, unknown> = {};
    for (const partition of partitionsOf3) {
      taken[partition] = await this.take(`fl3$${partition}.${name}`);
    }
    return taken;
  }

  /** Until nobody has a message of the group any more. */
  async settled(group: string): Promise<void> {
    const info = `$JS.API.CONSUMER.INFO.${group}`;
    await waitUntil(async () => (await this.client.requestJson(info))['num_ack_pending'] === 0, {
      what: `everything of ${group} to be settled`,
    });
  }

  async noPullsWait(group: string): Promise<void> {
    const info = `$JS.API.CONSUMER.INFO.${group}`;
    await waitUntil(async () => (await this.client.requestJson(info))['num_waiting'] === 0, {
      what: 'the pulls of a closed socket to be dropped',
    });
  }

  async #answer(step: GoldenStep): Promise<unknown> {
    const isAck = step.subject.startsWith('$JS.ACK.');
    const subject = isAck ? this.#ackSubject(step.subject.split('<time>')[0] ?? '') : step.subject;
    const text = requestText(step, connectionId);
    const headers = step.headers && headerBlock(step.headers).replace('<uuid>', longConnectionId);
    const answer = await this.client.request(subject, text, headers);
    return normalised(parsed(answer.payload));
  }

  async #state(stream: string): Promise<unknown> {
    const info = await this.client.requestJson(`$JS.API.STREAM.INFO.${stream}`);
    return normalised(info['state']);
  }

  async #pulled(
    group: string,
    request: unknown,
    count: number,
    meanwhile: () => Promise<void> | void = () => undefined,
  ): Promise<Frame[]> {
    this.#pullCount += 1;
    const name = `pull-${String(this.#pullCount)}`;
    pull(this.client, name, request, group);
    await this.client.flush();
    await meanwhile();
    await this.client.received(name, count);
    this.client.send(`UNSUB ${name}\r\n`);
    await this.client.flush();
    return this.client.messages(name);
  }

  /** On a socket of its own: they would have what later pulls are to get. */
  async #tooManyPulls(): Promise<Shown[]> {
    const doomed = await this.front.connect();
    const names = Array.from({ length: 513 }, (_, index) => `W.${String(index)}`);
    for (const name of names) pull(doomed, name, { batch: 1 }, 'fa1$1.g');
    await doomed.flush();
    const told = doomed.messages().map((frame) => ({ ...shown(frame), subject: frame.subject }));
    doomed.close();
    await this.noPullsWait('fa1$1.g');
    return told;
  }

  #ackSubject(start: string): string {
    const frame = this.client.frames.findLast(({ reply }) => reply?.startsWith(start));
    if (frame?.reply === undefined) throw new Error(`Nothing was delivered as ${start}`);
    return frame.reply;
  }
}

/** What a step led to with the old server. */
export function recordedOutcome({ replies, reply }: FetchAckStep): unknown {
  return replies === undefined ? normalised(reply) : replies.map(recorded);
}

function shown({ subject, reply, headers, payload }: Frame): Shown {
  return {
    subject: subject.startsWith('_INBOX.') ? '_INBOX' : subject,
    reply: reply?.replace(/\.\d{15,}\./, '.<time>.'),
    headers: headers.replace(connectionId, '<uuid>'),
    payload,
  };
}

function recorded({ line, headers, payload = '' }: RecordedFrame): Shown {
  const [, subject = '', , ...more] = line.split(' ');
  const isNamed = subject.startsWith('_INBOX.W.');
  return {
    subject: subject.startsWith('_INBOX.') && !isNamed ? '_INBOX' : subject,
    reply: more.length === 3 ? more[0] : undefined,
    headers,
    payload,
  };
}

function isPayload(text: string): boolean {
  return !text.startsWith('NATS/1.0 ');
}
