import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { registerRelease } from '../../support/index.ts';
import { FrameScanner } from './frame-scanner.ts';
import type { ScannedFrame } from './frame-scanner.ts';

/** One socket that an SDK opened, and what went through it so far. */
export interface TappedSocket {
  readonly sent: readonly ScannedFrame[];
  readonly received: readonly ScannedFrame[];
  readonly isOpen: boolean;
}

interface Pair {
  readonly client: Socket;
  readonly broker: Socket;
  readonly sent: ScannedFrame[];
  readonly received: ScannedFrame[];
  isOpen: boolean;
}

/** Stands between an SDK and the broker, hands every byte on as it is, and remembers what passed. */
export class WireTap {
  readonly #server: Server;
  readonly #brokerPort: () => number;
  readonly #pairs: Pair[] = [];

  private constructor(brokerPort: () => number) {
    this.#brokerPort = brokerPort;
    this.#server = createServer({ noDelay: true }, (client) => this.#join(client));
  }

  /** A tap on a free port; the end of the test file closes it. */
  static async open(brokerPort: () => number): Promise<WireTap> {
    const tap = new WireTap(brokerPort);
    tap.#server.listen(0, '127.0.0.1');
    await once(tap.#server, 'listening');
    registerRelease(() => tap.#close());
    return tap;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** In the order in which they were opened. */
  get sockets(): readonly TappedSocket[] {
    return this.#pairs;
  }

  /** Lines that SDKs sent on all sockets, from the socket numbered `from` on. */
  sentLines(from = 0): string[] {
    return this.#pairs.slice(from).flatMap(({ sent }) => sent.map(({ line }) => line));
  }

  /** Frames that SDKs sent to subjects that the pattern matches. */
  published(subject: RegExp): ScannedFrame[] {
    return this.#pairs
      .flatMap(({ sent }) => sent)
      .filter(({ line }) => /^H?PUB /.test(line) && subject.test(line.split(/ +/)[1] ?? ''));
  }

  /** The last answer to a request on this subject, and how many answers it had. */
  answerTo(subject: string): { readonly payload: string; readonly count: number } {
    for (const { sent, received } of [...this.#pairs].reverse()) {
      const request = sent.findLast(({ line }) => line.startsWith(`PUB ${subject} `));
      if (request === undefined) continue;
      const inbox = request.line.split(/ +/)[2] ?? '';
      const answers = received.filter(({ line }) => line.split(/ +/)[1] === inbox);
      return { payload: answers.at(-1)?.payload ?? '<no answer>', count: answers.length };
    }
    throw new Error(`Nothing was asked on ${subject}`);
  }

  /** What publishes to a partition were answered, in order. */
  pubAcks(stream: string): unknown[] {
    return this.#pairs
      .flatMap(({ received }) => received)
      .filter(({ line, payload }) => /^MSG _INBOX/.test(line) && payload.startsWith('{"stream":'))
      .map(({ payload }) => JSON.parse(payload) as { stream: string })
      .filter((ack) => ack.stream === stream);
  }

  /** Breaks every open connection, as a network does: no side says goodbye. */
  cut(): void {
    for (const { client, broker } of this.#pairs) {
      client.resetAndDestroy();
      broker.resetAndDestroy();
    }
  }

  #join(client: Socket): void {
    const broker = connect({ host: '127.0.0.1', port: this.#brokerPort(), noDelay: true });
    const pair: Pair = { client, broker, sent: [], received: [], isOpen: true };
    this.#pairs.push(pair);
    const sent = new FrameScanner((frame) => pair.sent.push(frame));
    const received = new FrameScanner((frame) => pair.received.push(frame));
    client.on('data', (chunk) => {
      sent.push(chunk);
      broker.write(chunk);
    });
    broker.on('data', (chunk) => {
      received.push(chunk);
      client.write(chunk);
    });
    for (const [near, far] of [
      [client, broker],
      [broker, client],
    ] as const) {
      near.on('end', () => far.end());
      near.on('error', () => far.destroy());
      near.on('close', () => {
        pair.isOpen = false;
        far.destroySoon();
      });
    }
  }

  async #close(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
