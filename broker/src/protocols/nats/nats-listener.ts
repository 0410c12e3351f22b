import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { randomBytes } from 'node:crypto';
import { BrokerError } from '../../core/errors/index.ts';
import { FlushRound } from './flush-round.ts';
import { buildPublishHandler } from './handlers/index.ts';
import type { NatsOptions, NatsServices } from './options.ts';
import { serverInfoJson } from './server-info.ts';
import { Session } from './session.ts';
import type { SessionParts } from './session.ts';

/** Accepts clients that speak the NATS protocol, Memphis SDKs among them. */
export class NatsListener {
  readonly #services: NatsServices;
  readonly #options: NatsOptions;
  readonly #server: Server;
  readonly #sessions = new Set<Session>();
  readonly #sessionParts: SessionParts;
  readonly #serverId = randomBytes(16).toString('hex').toUpperCase();
  #port = 0;
  #sessionCount = 0;
  #draining: Promise<void> | undefined;
  #onDrained: () => void = () => undefined;

  constructor(services: NatsServices, options: NatsOptions) {
    this.#services = services;
    this.#options = options;
    this.#server = createServer((socket) => this.#accept(socket));
    this.#sessionParts = {
      services,
      limits: options,
      flushRound: new FlushRound(services.scheduler),
      publishHandler: buildPublishHandler(services, options),
      onClosed: (session) => this.#forget(session),
    };
    services.authenticator.onRemoved((user) => this.#disconnect(user));
  }

  /** Clients connected at the moment, those included that have not said who they are. */
  get connectionCount(): number {
    return this.#sessions.size;
  }

  /** Resolves when clients can connect. Rejects with ADDRESS_IN_USE or ADDRESS_NOT_USABLE. */
  async listen(): Promise<{ port: number }> {
    const { host, port } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host, port }, () => {
        this.#server.off('error', reject);
        resolve();
      });
    }).catch((error: NodeJS.ErrnoException) => {
      const code = error.code === 'EADDRINUSE' ? 'ADDRESS_IN_USE' : 'ADDRESS_NOT_USABLE';
      throw new BrokerError(code, { host, port, cause: error.message }, error);
    });
    this.#server.on('error', (error) => {
      this.#services.logger.error({ err: error }, 'accepting a connection failed');
    });
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The server has no port');
    this.#port = address.port;
    return { port: address.port };
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
      for (const session of [...this.#sessions]) session.drain();
      if (this.#sessions.size === 0) resolve();
    });
    return this.#draining;
  }

  #accept(socket: Socket): void {
    const { connectionCountMax, serverName, payloadBytesMax } = this.#options;
    if (this.#sessions.size >= connectionCountMax || this.#draining !== undefined) {
      // Closed without a word, so that the client tries again: there may be room then.
      this.#services.logger.warn({ connectionCountMax }, 'connection refused: there are too many');
      socket.destroy();
      return;
    }
    this.#sessionCount += 1;
    const infoJson = serverInfoJson({
      serverId: this.#serverId,
      serverName,
      host: this.#options.host,
      port: this.#port,
      payloadBytesMax,
      clientId: this.#sessionCount,
      clientAddress: socket.remoteAddress ?? '',
    });
    this.#sessions.add(new Session(this.#sessionCount, socket, infoJson, this.#sessionParts));
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
