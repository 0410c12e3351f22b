import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { registerRelease } from '../../support/index.ts';

/** Fields of CONNECT; what is left out is as a Memphis SDK sends it. */
export type ConnectFields = Readonly<Record<string, unknown>>;

/** One frame from the server. */
export interface Frame {
  /** The line without its end: `PONG`, `-ERR '…'`, `MSG a 1 2`. */
  readonly line: string;
  readonly atMs: number;
  /** Of MSG and HMSG. */
  readonly subject: string;
  readonly sid: string;
  readonly reply: string | undefined;
  readonly headers: string;
  readonly payload: string;
}

/** An answer, and how it came. */
export interface Answer {
  readonly payload: string;
  readonly headers: string;
  readonly afterMs: number;
}

/** How long a test waits for something to come. */
const timeoutMs = 30_000;

const plainFrame = { subject: '', sid: '', reply: undefined, headers: '', payload: '' };

/** A socket that speaks the protocol by hand, so that tests see every byte that comes back. */
export class RawClient {
  readonly socket: Socket;
  /** Every frame since the socket was opened, oldest first. */
  readonly frames: Frame[] = [];
  #received = Buffer.alloc(0);
  #closed = false;
  #count = 0;
  /** Asked again with everything that comes. */
  readonly #waiting = new Set<() => void>();

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true); // two small writes in a row would wait for an ack of the first
    socket.on('data', (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      while (this.#takeFrame());
      this.#wake();
    });
    socket.on('error', () => undefined); // a reset is a close to a test
    socket.on('close', () => {
      this.#closed = true;
      this.#wake();
    });
  }

  /** Opens a socket and reads INFO. */
  static async dial(port: number): Promise<RawClient> {
    const socket = connect({ host: '127.0.0.1', port });
    const client = new RawClient(socket);
    registerRelease(() => void socket.destroy());
    await once(socket, 'connect');
    return client;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Lines of all frames: what a golden transcript calls `lines`. */
  get lines(): string[] {
    return this.frames.map(({ line }) => line);
  }

  get info(): Record<string, unknown> {
    const line = this.lines.find((candidate) => candidate.startsWith('INFO '));
    return JSON.parse(line?.slice('INFO '.length) ?? '{}') as Record<string, unknown>;
  }

  send(text: string | Uint8Array): void {
    this.socket.write(text);
  }

  /** CONNECT and PING as njs sends them; resolves when the server has answered. */
  async connect(fields: ConnectFields = {}): Promise<void> {
    const plain = {
      verbose: false,
      pedantic: false,
      lang: 'nats.js',
      version: '2.29.3',
      protocol: 1,
      headers: true,
      no_responders: true,
    };
    this.send(`CONNECT ${JSON.stringify({ ...plain, ...fields })}\r\n`);
    await this.flush();
  }

  /** Resolves when the server has read and answered everything sent before. */
  async flush(): Promise<void> {
    const seen = this.#countOf('PONG');
    this.send('PING\r\n');
    await this.until(() => this.#countOf('PONG') > seen || this.#closed, 'a PONG');
  }

  async closed(): Promise<void> {
    await this.until(() => this.#closed, 'the server to close the socket');
  }

  subscribe(subject: string, sid: string, queue = ''): void {
    this.send(`SUB ${subject} ${queue} ${sid}\r\n`);
  }

  publish(
    subject: string,
    payload: string | Uint8Array = '',
    { reply = '', headers }: { reply?: string; headers?: string } = {},
  ): void {
    const bytes = Buffer.from(payload);
    const block = headers === undefined ? undefined : Buffer.from(headers);
    const line =
      block === undefined
        ? `PUB ${subject} ${reply} ${bytes.length}\r\n`
        : `HPUB ${subject} ${reply} ${block.length} ${block.length + bytes.length}\r\n`;
    this.send(
      Buffer.concat([Buffer.from(line), block ?? Buffer.alloc(0), bytes, Buffer.from('\r\n')]),
    );
  }

  /** Frames with a message, of one subscription or of all. */
  messages(sid?: string): Frame[] {
    return this.frames.filter(
      (frame) => frame.subject !== '' && (sid === undefined || frame.sid === sid),
    );
  }

  /** Resolves with the messages of a subscription when there are so many. */
  async received(sid: string, count: number): Promise<Frame[]> {
    const isThere = (): boolean => this.messages(sid).length >= count;
    await this.until(isThere, `${count} messages for sid ${sid}`);
    return this.messages(sid);
  }

  /** Resolves when what came from the server makes the condition true. */
  async until(condition: () => boolean, what: string): Promise<void> {
    if (condition()) return;
    await new Promise<void>((resolve, reject) => {
      const failure = new Error(`Waited ${timeoutMs} ms for ${what}`);
      const timer = setTimeout(() => reject(failure), timeoutMs);
      const look = (): void => {
        if (!condition()) return;
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
    });
  }

  /** Sends a request and resolves with its one answer. */
  async request(subject: string, payload: unknown = '', headers?: string): Promise<Answer> {
    this.#count += 1;
    const sid = `request-${this.#count}`;
    const reply = `_INBOX.raw.${this.#count}`;
    const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
    const startedAtMs = performance.now();
    this.subscribe(reply, sid);
    this.publish(subject, text, headers === undefined ? { reply } : { reply, headers });
    const [frame] = await this.received(sid, 1);
    if (frame === undefined) throw new Error('unreachable: one was waited for');
    return {
      payload: frame.payload,
      headers: frame.headers,
      afterMs: frame.atMs - startedAtMs,
    };
  }

  /** The same, for an answer in JSON. */
  async requestJson(
    subject: string,
    payload: unknown = '',
    headers?: string,
  ): Promise<Record<string, unknown>> {
    const answer = await this.request(subject, payload, headers);
    return JSON.parse(answer.payload) as Record<string, unknown>;
  }

  close(): void {
    this.socket.destroy();
  }

  #wake(): void {
    for (const look of [...this.#waiting]) look();
  }

  #countOf(line: string): number {
    return this.frames.filter((frame) => frame.line === line).length;
  }

  #takeFrame(): boolean {
    const end = this.#received.indexOf('\r\n');
    if (end === -1) return false;
    const line = this.#received.toString('utf8', 0, end);
    const words = line.split(/\s+/);
    const word = words[0];
    const atMs = performance.now();
    if (word !== 'MSG' && word !== 'HMSG') {
      this.#received = this.#received.subarray(end + 2);
      this.frames.push({ ...plainFrame, line, atMs });
      return true;
    }
    const bytes = Number(words.at(-1));
    const headerBytes = word === 'HMSG' ? Number(words.at(-2)) : 0;
    const start = end + 2;
    if (this.#received.length < start + bytes + 2) return false;
    const counts = word === 'HMSG' ? 2 : 1;
    this.frames.push({
      line,
      atMs,
      subject: words[1] ?? '',
      sid: words[2] ?? '',
      reply: words.length === 3 + counts ? undefined : words[3],
      headers: this.#received.toString('utf8', start, start + headerBytes),
      payload: this.#received.toString('utf8', start + headerBytes, start + bytes),
    });
    this.#received = this.#received.subarray(start + bytes + 2);
    return true;
  }
}
