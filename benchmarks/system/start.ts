import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { atMost, LoadConnection, LoadProcess, monotonicMs, peerNames } from '../harness/index.ts';
import type { Facts, Peer, Row, RowContext, RunningPeer } from '../harness/index.ts';

const { jetStream } = peerNames;
const empty = 'empty';
const loaded = 'with messages';
const killed = 'with messages, after kill -9';

interface StartTimes {
  readonly [empty]: number[];
  readonly [loaded]: number[];
  readonly [killed]: number[];
}

/** From the spawn of the process until a client that connects has its first PONG. */
export const startRow: Row = {
  id: 'start',
  title: 'start: from spawn to the first PONG',
  baselines: [jetStream],
  demands: [
    ...atMost(empty, { must: 2, goal: 0.5 }),
    ...atMost(loaded, { must: 2, goal: 1 }),
    ...atMost(killed, { must: 2, goal: 1 }),
  ],
  async measure(context, peers) {
    const load = await LoadProcess.start();
    const times = new Map<string, StartTimes>();
    const facts: Record<string, Facts> = {};
    for (const [index, peer] of peers.entries()) {
      context.progress(peer.name);
      const starts = new PeerStarts(context, load, peer, index);
      facts[peer.name] = await starts.run();
      times.set(peer.name, starts.times);
    }
    await load.stop();
    const { messageCount, unflushedCount } = context.preset.start;
    return {
      quantities: ([empty, loaded, killed] as const).map((name) => ({
        name,
        unit: 's',
        samples: Object.fromEntries([...times].map(([peer, all]) => [peer, all[name]])),
      })),
      facts,
      remarks: [
        `The files are in the page cache. ${messageCount.toLocaleString('en')} messages of 128 B; before each kill -9 ${unflushedCount.toLocaleString('en')} more were published and acknowledged, and all of them were there afterwards.`,
      ],
    };
  },
};

class PeerStarts {
  readonly times: StartTimes = { [empty]: [], [loaded]: [], [killed]: [] };
  readonly #context: RowContext;
  readonly #load: LoadProcess;
  readonly #peer: Peer;
  readonly #index: number;
  #lastSequence = 0;
  #publishedCount = 0;

  constructor(context: RowContext, load: LoadProcess, peer: Peer, index: number) {
    this.#context = context;
    this.#load = load;
    this.#peer = peer;
    this.#index = index;
  }

  /** The sequence of the last ack equals the number of messages when no start lost any. */
  async run(): Promise<Facts> {
    const { messageCount, unflushedCount, sampleCount } = this.#context.preset.start;
    for (let sample = 0; sample < sampleCount; sample += 1) {
      const running = await this.#startTimed(`empty-${sample}`, this.times[empty]);
      await running.process.stop();
    }
    const first = await this.#peer.start(this.#directory('loaded'));
    await this.#publish(first, messageCount);
    await first.process.stop();
    for (let sample = 0; sample < sampleCount; sample += 1) {
      const running = await this.#startTimed('loaded', this.times[loaded]);
      await running.process.stop();
    }
    let running = await this.#peer.start(this.#directory('loaded'));
    for (let sample = 0; sample < sampleCount; sample += 1) {
      await this.#publish(running, unflushedCount);
      await running.process.kill9();
      running = await this.#startTimed('loaded', this.times[killed]);
    }
    await this.#publish(running, unflushedCount);
    await running.process.stop();
    return { published: this.#publishedCount, lastSequence: this.#lastSequence };
  }

  async #startTimed(name: string, seconds: number[]): Promise<RunningPeer> {
    const directory = this.#directory(name);
    const start = monotonicMs();
    const running = await this.#peer.start(directory);
    const connection = await LoadConnection.open(running.address);
    seconds.push((monotonicMs() - start) / 1000);
    await connection.close();
    return running;
  }

  async #publish({ address, peer }: RunningPeer, count: number): Promise<void> {
    const outcome = await this.#load.run('publish', {
      address,
      kind: peer.kind,
      station: 'kept',
      group: 'readers',
      publisherCount: 1,
      window: 4096,
      payloadBytes: 128,
      span: { count },
    });
    this.#publishedCount += outcome.acknowledgedCount;
    this.#lastSequence = outcome.lastSequence;
  }

  #directory(name: string): string {
    const directory = join(this.#context.directory, `peer-${this.#index}-${name}`);
    mkdirSync(directory, { recursive: true });
    return directory;
  }
}
