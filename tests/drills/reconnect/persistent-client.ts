import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** What all persistent clients of a process have been through. */
export interface ClientCounts {
  connected: number;
  attempts: number;
  timeouts: number;
  authErrors: number;
  gaveUp: number;
}

/** Where to connect, and as whom. */
export interface ClientAddress {
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/** What all three SDKs do (wire-protocol.md 1.4 and 1.7). */
const connectTimeoutMs = 2_000;
const retryMs = 1_500;
const retryJitterMs = 100;
const authErrorsMax = 2;

/**
 * A client that does what an SDK does when its connection breaks: waits, connects again, logs in with the
 * same name, for ever; but two refused logins in a row end it.
 */
export class PersistentClient {
  readonly #address: ClientAddress;
  readonly #counts: ClientCounts;
  readonly #name: string;
  #authErrorsInARow = 0;
  #isClosed = false;
  #socket: Socket | undefined;

  constructor(address: ClientAddress, name: string, counts: ClientCounts) {
    this.#address = address;
    this.#name = name;
    this.#counts = counts;
  }

  connect(): void {
    const { port, user, password } = this.#address;
    this.#counts.attempts += 1;
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket = socket;
    let isIn = false;
    let received = '';
    const timer = setTimeout(() => {
      this.#counts.timeouts += 1;
      socket.destroy();
    }, connectTimeoutMs);
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      received += text;
      if (!isIn && received.startsWith('INFO ') && received.endsWith('\r\n')) {
        received = '';
        const fields = { user: `${user}$1`, pass: password, name: `${this.#name}::${user}` };
        const options = { verbose: false, protocol: 1, headers: true, no_responders: true };
        socket.write(`CONNECT ${JSON.stringify({ ...options, ...fields })}\r\nPING\r\n`);
      } else if (received.includes('PONG\r\n')) {
        received = '';
        if (isIn) return;
        isIn = true;
        clearTimeout(timer);
        this.#authErrorsInARow = 0;
        this.#counts.connected += 1;
        socket.write('SUB $memphis_sdk_clients_updates  1\r\n');
      } else if (received.includes('PING\r\n')) {
        received = '';
        socket.write('PONG\r\n');
      } else if (received.includes('Authorization Violation')) {
        this.#counts.authErrors += 1;
        this.#authErrorsInARow += 1;
      }
    });
    socket.on('error', () => undefined); // `close` follows
    socket.on('close', () => {
      clearTimeout(timer);
      if (isIn) this.#counts.connected -= 1;
      if (this.#isClosed) return;
      if (this.#authErrorsInARow >= authErrorsMax) {
        this.#counts.gaveUp += 1;
        return;
      }
      setTimeout(
        () => {
          if (!this.#isClosed) this.connect();
        },
        retryMs + Math.random() * retryJitterMs,
      );
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#socket?.destroy();
  }
}
