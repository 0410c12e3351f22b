import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { BrokerError } from '../../core/errors/index.ts';
import { FlushRound } from './flush-round.ts';
import { buildPublishHandler } from './handlers/index.ts';
import type { NatsOptions, NatsServices } from './options.ts';
import { serverInfoJson } from './server-info.ts';
import { Session } from './session.ts';
import type { Arrival, SessionParts } from './session.ts';
import { TlsGate } from './tls-gate.ts';
import type { ClientCertificates } from './tls-gate.ts';
import { WebSocketEntrance } from './websocket-entrance.ts';

/** Where clients can connect. */
export interface ListenerPorts {
  readonly port: number;
  /** Undefined where WebSocket is not offered. */
  readonly webSocketPort: number | undefined;
}

/** Accepts clients that speak the NATS protocol, Memphis SDKs among them, over TCP and WebSocket. */
export class NatsListener {
  readonly #services: NatsServices;
  readonly #options: NatsOptions;
  readonly #server: Server;
  readonly #tlsGate: TlsGate | undefined;
  readonly #webSocket: WebSocketEntrance | undefined;
  readonly #sessions = new Set<Session>();
  readonly #sessionParts: SessionParts;
  readonly #serverId = randomBytes(16).toString('hex').toUpperCase();
  #port = 0;
  /** Connections in the middle of a TLS handshake. */
  #handshakeCount = 0;
  #arrivalCount = 0;
  #draining: Promise<void> | undefined;
  #onDrained: () => void = () => undefined;

  constructor(services: NatsServices, options: NatsOptions) {
    const { logger } = services;
    const { tls, webSocket, authenticationTimeoutMs } = options;
    this.#services = services;
    this.#options = options;
    this.#server = createServer((socket) => this.#accept(socket));
    if (tls !== undefined) this.#tlsGate = new TlsGate(tls, authenticationTimeoutMs, logger);
    if (webSocket !== undefined) {
      const door = {
        hasRoom: () => this.#hasRoom(),
        onConnection: (transport: Duplex, address: string) => this.#open(transport, address),
      };
      const handshakeTimeoutMs = authenticationTimeoutMs;
      this.#webSocket = new WebSocketEntrance(
        { ...webSocket, tls, handshakeTimeoutMs },
        door,
        logger,
      );
    }
    this.#sessionParts = {
      services,
      limits: options,
      flushRound: new FlushRound(services.scheduler),
      publishHandler: buildPublishHandler(services, options),
      onClosed: (session) => this.#forget(session),
    };
    services.authenticator.onRevoked((user) => this.#disconnect(user));
  }

  /** Clients connected at the moment, those included that have not said who they are. */
  get connectionCount(): number {
    return this.#sessions.size + this.#handshakeCount;
  }

  /** Resolves when clients can connect. Rejects with ADDRESS_IN_USE or ADDRESS_NOT_USABLE. */
  async listen(): Promise<ListenerPorts> {
    const { host, port, webSocket } = this.#options;
    this.#port = await this.#listenOn(this.#server, host, port);
    if (this.#webSocket === undefined || webSocket === undefined) {
      return { port: this.#port, webSocketPort: undefined };
    }
    const webSocketPort = await this.#listenOn(this.#webSocket.server, host, webSocket.port);
    return { port: this.#port, webSocketPort };
  }

  /**
   * Stops accepting, answers what was asked for, and closes every socket without `-ERR`, so that
   * clients connect again. Waiting pulls die with their sockets. Resolves when all are closed.
   * Idempotent.
   */
  drain(): Promise<void> {
    this.#draining ??= new Promise((resolve) => {
      this.#onDrained = resolve;
      this.#server.close();
      this.#webSocket?.close();
      this.#tlsGate?.close();
      for (const session of [...this.#sessions]) session.drain();
      if (this.#sessions.size === 0) resolve();
    });
    return this.#draining;
  }

  async #listenOn(server: Server, host: string, port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port }, () => {
        server.off('error', reject);
        resolve();
      });
    }).catch((error: NodeJS.ErrnoException) => {
      const code = error.code === 'EADDRINUSE' ? 'ADDRESS_IN_USE' : 'ADDRESS_NOT_USABLE';
      throw new BrokerError(code, { host, port, cause: error.message }, error);
    });
    server.on('error', (error) => {
      this.#services.logger.error({ err: error }, 'accepting a connection failed');
    });
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The server has no port');
    return address.port;
  }

  #hasRoom(): boolean {
    const { connectionCountMax } = this.#options;
    if (this.#draining !== undefined) return false;
    if (this.connectionCount < connectionCountMax) return true;
    this.#services.logger.warn({ connectionCountMax }, 'connection refused: there are too many');
    return false;
  }

  #accept(socket: Socket): void {
    socket.setNoDelay(true);
    const address = socket.remoteAddress ?? '';
    if (this.#draining !== undefined) socket.destroy();
    else if (!this.#hasRoom()) this.#refuse(socket, address);
    else if (this.#tlsGate === undefined) this.#open(socket, address);
    else this.#encrypt(this.#tlsGate, socket, address);
  }

  /** The client learns why, and may try again: nothing was wrong with it. */
  #refuse(socket: Socket, address: string): void {
    socket.on('error', () => undefined); // it has left by itself
    if (this.#tlsGate !== undefined) {
      socket.destroy(); // words in clear would break its handshake
      return;
    }
    this.#arrivalCount += 1;
    const info = this.#infoJson(this.#arrivalCount, address);
    socket.end(`INFO ${info}\r\n-ERR 'maximum connections exceeded'\r\n`);
    // What it sends is read and dropped: with unread bytes, the last words would be lost.
    socket.resume();
    const { scheduler } = this.#services;
    const cancel = scheduler.after(this.#options.closeTimeoutMs, () => socket.destroy());
    socket.once('close', cancel);
  }

  /** INFO goes in clear, everything behind it encrypted (wire-protocol.md 1.6). */
  #encrypt(gate: TlsGate, socket: Socket, address: string): void {
    this.#handshakeCount += 1;
    this.#arrivalCount += 1;
    const id = this.#arrivalCount;
    socket.on('error', (error) =>
      this.#services.logger.debug({ err: error, client: id }, 'socket error'),
    );
    const info = this.#infoJson(id, address, this.#options.tls?.clientCertificates);
    socket.write(`INFO ${info}\r\n`);
    gate.admit(socket, {
      onSecure: (secure) => {
        this.#handshakeCount -= 1;
        this.#addSession({ id, address }, secure, undefined);
      },
      onFailed: () => {
        this.#handshakeCount -= 1;
      },
    });
  }

  #open(transport: Duplex, address: string): void {
    this.#arrivalCount += 1;
    const id = this.#arrivalCount;
    this.#addSession({ id, address }, transport, this.#infoJson(id, address));
  }

  #addSession(arrival: Arrival, transport: Duplex, infoJson: string | undefined): void {
    if (this.#draining === undefined) {
      this.#sessions.add(new Session(arrival, transport, infoJson, this.#sessionParts));
    } else transport.destroy();
  }

  /** `tls` for a connection that is about to be encrypted; WebSocket is already when this is said. */
  #infoJson(clientId: number, clientAddress: string, tls?: ClientCertificates): string {
    const { host, serverName, payloadBytesMax } = this.#options;
    return serverInfoJson({
      serverId: this.#serverId,
      serverName,
      host,
      port: this.#port,
      payloadBytesMax,
      clientId,
      clientAddress,
      tls,
    });
  }

  #forget(session: Session): void {
    this.#sessions.delete(session);
    if (this.#sessions.size === 0) this.#onDrained();
  }

  #disconnect(user: string): void {
    for (const session of [...this.#sessions]) {
      if (session.user === user) session.disconnect();
    }
  }
}
