import { once } from 'node:events';
import { createConnection } from 'node:net';
import type { Socket } from 'node:net';
import { FrameScanner } from './frame-scanner.ts';
import type { Frame } from './frame-scanner.ts';

/** Where a server listens and how it lets us in. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly user?: string;
  readonly password?: string;
}

/** Subscription id of the inbox that answers requests; the load's own start behind it. */
const requestSid = 1;
const requestTimeoutMs = 120_000;

/**
 * One NATS connection of the load client: no queue, no promise and no object per message.
 *
 * Frames go to `onFrame`, which the job that owns the connection sets. `request` is for the few
 * questions asked before and after a measurement.
 */
export class LoadConnection {
  /** Receives every MSG and HMSG that does not answer a request. */
  onFrame: (frame: Frame) => void = () => undefined;
  /** Called after the last frame of what one read brought: the moment to answer all of it at once. */
  onReadEnd: () => void = () => undefined;
  readonly #socket: Socket;
  readonly #inbox: string;
  readonly #requests = new Map<string, (reply: Buffer) => void>();
  #pongs: (() => void)[] = [];
  #requestCount = 0;
  #failure: Error | undefined;
  readonly #rejects = new Set<(error: Error) => void>();

  private constructor(socket: Socket, inbox: string) {
    this.#socket = socket;
    this.#inbox = inbox;
  }

  /** Connects, authenticates and resolves when the server has answered the first PING. */
  static async open(address: ServerAddress): Promise<LoadConnection> {
    const socket = createConnection({ host: address.host, port: address.port, noDelay: true });
    await once(socket, 'connect');
    const connection = new LoadConnection(socket, `_INBOX.r${socket.localPort}x`);
    const scanner = new FrameScanner((frame) => {
      connection.#dispatch(frame);
    });
    socket.on('data', (chunk: Buffer) => {
      try {
        scanner.feed(chunk);
        connection.onReadEnd();
      } catch (error) {
        connection.#fail(error as Error);
      }
    });
    socket.on('error', (error) => {
      connection.#fail(error);
    });
    socket.on('close', () => {
      connection.#fail(new Error('The server closed the connection'));
    });
    const { user, password } = address;
    const options = {
      verbose: false,
      pedantic: false,
      headers: true,
      no_responders: true,
      lang: 'node',
      version: '1.0.0',
      ...(user === undefined ? {} : { user, pass: password }),
    };
    connection.write(Buffer.from(`CONNECT ${JSON.stringify(options)}\r\n`));
    await connection.ping();
    connection.write(Buffer.from(`SUB ${connection.#inbox}.* ${requestSid}\r\n`));
    return connection;
  }

  /** Hands bytes to the kernel, or to Node's own buffer where the kernel takes no more. */
  write(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** Joins the writes of `work` into one call of the kernel. */
  together(work: () => void): void {
    this.#socket.cork();
    work();
    this.#socket.uncork();
  }

  /** Resolves when the server has read everything written before. */
  async ping(): Promise<void> {
    await this.#whileOpen<undefined>((resolve) => {
      this.#pongs.push(() => {
        resolve(undefined);
      });
      this.write(Buffer.from('PING\r\n'));
    });
  }

  /** The payload of the first answer; rejects when none came within two minutes. */
  async request(subject: string, payload: string): Promise<string> {
    this.#requestCount += 1;
    const token = String(this.#requestCount);
    const size = Buffer.byteLength(payload);
    const reply = await this.#whileOpen<Buffer>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#requests.delete(token);
        reject(new Error(`No answer to ${subject} within ${requestTimeoutMs} ms`));
      }, requestTimeoutMs);
      this.#requests.set(token, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      const line = `PUB ${subject} ${this.#inbox}.${token} ${size}\r\n${payload}\r\n`;
      this.write(Buffer.from(line));
    });
    return reply.toString();
  }

  /** Rejects as soon as the connection breaks; otherwise settles as `work` does. */
  async #whileOpen<T>(
    work: (resolve: (value: T) => void, reject: (error: Error) => void) => void,
  ): Promise<T> {
    if (this.#failure !== undefined) throw this.#failure;
    let rejectNow: (error: Error) => void = () => undefined;
    try {
      return await new Promise<T>((resolve, reject) => {
        rejectNow = reject;
        this.#rejects.add(reject);
        work(resolve, reject);
      });
    } finally {
      this.#rejects.delete(rejectNow);
    }
  }

  /** A promise for the end of a job: `finish` resolves it, a broken connection rejects it. */
  async runUntil(start: (finish: () => void) => void): Promise<void> {
    await this.#whileOpen<undefined>((resolve) => {
      start(() => {
        resolve(undefined);
      });
    });
  }

  /** Ends the conversation. */
  async close(): Promise<void> {
    if (this.#socket.destroyed) return;
    const closed = once(this.#socket, 'close');
    this.#socket.end();
    this.#socket.resume();
    await closed;
  }

  #dispatch(frame: Frame): void {
    const { bytes, lineStart, lineEnd } = frame;
    const first = bytes[lineStart];
    if (first === 77 /* M */ || (first === 72 /* H */ && bytes[lineStart + 1] === 77)) {
      if (this.#requests.size > 0 && this.#answer(frame)) return;
      this.onFrame(frame);
      return;
    }
    const line = bytes.toString('latin1', lineStart, lineEnd);
    // A PING may still arrive after our end of the conversation is closed.
    if (line === 'PING' && this.#socket.writable) this.write(Buffer.from('PONG\r\n'));
    else if (line === 'PONG') this.#pongs.shift()?.();
    else if (line.startsWith('-ERR')) this.#fail(new Error(`The server said ${line}`));
  }

  #answer(frame: Frame): boolean {
    const line = frame.bytes.toString('latin1', frame.lineStart, frame.lineEnd);
    const [, subject = ''] = line.split(' ');
    if (!subject.startsWith(`${this.#inbox}.`)) return false;
    const token = subject.slice(this.#inbox.length + 1);
    const resolve = this.#requests.get(token);
    this.#requests.delete(token);
    resolve?.(Buffer.from(frame.bytes.subarray(frame.payloadStart, frame.payloadEnd)));
    return true;
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const reject of this.#rejects) reject(this.#failure);
    this.#rejects.clear();
  }
}
