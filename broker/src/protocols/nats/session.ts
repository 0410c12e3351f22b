import type { Duplex } from 'node:stream';
import { CommandParser, protocolErrorTexts } from '../../codecs/nats/index.ts';
import type { CommandHandler, ProtocolErrorKind } from '../../codecs/nats/index.ts';
import { BrokerError } from '../../core/errors/index.ts';
import type { User } from '../../core/users/index.ts';
import type { Cancel } from '../../foundation/index.ts';
import { Client } from './client.ts';
import { parseConnect } from './connect-request.ts';
import type { ConnectRequest } from './connect-request.ts';
import type { FlushRound } from './flush-round.ts';
import type { PublishHandler } from './handlers/index.ts';
import { identityOf } from './identity.ts';
import { KeepAlive } from './keep-alive.ts';
import type { ConnectionLimits, NatsServices } from './options.ts';
import { Outbound } from './outbound.ts';
import { Workload } from './workload.ts';

/** What sessions of one listener share. */
export interface SessionParts {
  readonly services: NatsServices;
  readonly limits: ConnectionLimits;
  readonly flushRound: FlushRound;
  readonly publishHandler: PublishHandler;
  readonly onClosed: (session: Session) => void;
}

/** A client that has come, by its running number. */
export interface Arrival {
  readonly id: number;
  /** Without the port. */
  readonly address: string;
}

/** Undefined where INFO was sent before the connection was encrypted. */
type InfoJson = string | undefined;

type State = 'greeting' | 'authenticating' | 'open' | 'draining' | 'closing' | 'closed';

/**
 * One connection of one client.
 *
 * | state          | means                                   | entered by           | left by |
 * | greeting       | INFO is sent, CONNECT has to come       | the constructor      | CONNECT, its timeout, anything else that comes |
 * | authenticating | the password is being checked; nothing is read | CONNECT       | the answer of the authenticator |
 * | open           | commands are carried out                | a right password     | a protocol error, `drain`, silence, a slow reader |
 * | draining       | nothing is read; what was asked for is answered | `drain`      | the last answer |
 * | closing        | last words are on their way, what comes is thrown away | an error, the last answer | the client's end, a timeout |
 * | closed         | the socket is gone                      | the socket's `close`, from any state | never |
 *
 * `-ERR` is said only for what the client did wrong itself: SDKs close for good when they read one.
 * To make a client connect again its socket is closed without a word (wire-protocol.md 1.5).
 */
export class Session implements CommandHandler {
  readonly id: number;
  readonly #address: string;
  readonly #socket: Duplex;
  readonly #parts: SessionParts;
  readonly #outbound: Outbound;
  readonly #workload: Workload;
  readonly #parser: CommandParser;
  #state: State = 'greeting';
  #client: Client | undefined;
  #verbose = false;
  #keepAlive: KeepAlive | undefined;
  #cancelTimeout: Cancel;

  constructor({ id, address }: Arrival, socket: Duplex, infoJson: InfoJson, parts: SessionParts) {
    const { services, limits, flushRound } = parts;
    this.id = id;
    this.#address = address;
    this.#socket = socket;
    this.#parts = parts;
    this.#outbound = new Outbound(socket, flushRound, limits, {
      onRoom: () => this.#onRoom(),
      onOverflow: () => this.#cut('it does not read what is sent to it'),
    });
    this.#workload = new Workload(limits, () => this.#onRelief());
    this.#parser = new CommandParser(limits, this);
    this.#cancelTimeout = services.scheduler.after(limits.authenticationTimeoutMs, () =>
      this.#refuse('Authentication Timeout'),
    );
    socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    socket.on('error', (error) =>
      services.logger.debug({ err: error, client: id }, 'socket error'),
    );
    socket.on('close', () => this.#onClose());
    if (infoJson !== undefined) this.#outbound.info(infoJson);
  }

  get user(): string | undefined {
    return this.#client?.identity.user;
  }

  /** Takes nothing more, answers what was asked, and closes without `-ERR`. */
  drain(): void {
    if (this.#state !== 'open') {
      if (this.#state !== 'closing') this.#socket.destroy();
      return;
    }
    this.#state = 'draining';
    this.#parser.stop();
    this.#client?.pulls.cancelAll();
    if (this.#workload.idle) this.#closeAfterFlush();
  }

  /** Closes the socket at once and without a word, so that the client connects again. */
  disconnect(): void {
    this.#socket.destroy();
  }

  onConnect(json: Uint8Array): void {
    if (this.#state !== 'greeting') return this.#acknowledge(); // said before, and known
    this.#cancelTimeout();
    const request = parseConnect(json);
    if (request === undefined) return this.#refuse(undefined);
    this.#state = 'authenticating';
    this.#parser.pause();
    this.#socket.pause();
    void this.#authenticate(request);
  }

  onPing(): void {
    this.#outbound.pong();
  }

  onPong(): void {
    // That something came at all has been noted in `#onData`.
  }

  onSub(subject: string, queue: string | undefined, sid: string): void {
    const client = this.#opened;
    if (client.subscriptions.count >= this.#parts.limits.subscriptionCountMax) {
      return this.#refuse('maximum subscriptions exceeded');
    }
    client.subscribe(subject, queue, sid);
    this.#acknowledge();
  }

  onUnsub(sid: string, messagesMax: number | undefined): void {
    this.#opened.subscriptions.remove(sid, messagesMax);
    this.#acknowledge();
  }

  onPublish(
    subject: string,
    reply: string | undefined,
    headerBytes: number,
    message: Uint8Array,
  ): void {
    const client = this.#opened;
    if (headerBytes > 0 && !client.identity.headers) return this.#refuse(undefined);
    this.#acknowledge();
    this.#parts.publishHandler.handle(client, { subject, reply, message, headerBytes });
  }

  onError(kind: ProtocolErrorKind): void {
    this.#refuse(protocolErrorTexts[kind]);
  }

  get #opened(): Client {
    if (this.#client === undefined) throw new Error('The parser let a command pass before CONNECT');
    return this.#client;
  }

  #onData(chunk: Buffer): void {
    this.#keepAlive?.onData();
    this.#parser.feed(chunk);
    this.#slowDown();
  }

  /** Stops reading a client that asks for more than is answered, or that does not read answers. */
  #slowDown(): void {
    if (this.#state !== 'open') return;
    if (this.#workload.excessive || !this.#outbound.hasRoom) this.#socket.pause();
    else if (this.#socket.isPaused()) this.#socket.resume();
  }

  #onRoom(): void {
    this.#client?.pulls.resume();
    this.#slowDown();
  }

  #onRelief(): void {
    if (this.#state === 'draining' && this.#workload.idle) this.#closeAfterFlush();
    else this.#slowDown();
  }

  async #authenticate(request: ConnectRequest): Promise<void> {
    const { authenticator, logger } = this.#parts.services;
    const { user, password, token, name } = request;
    try {
      const known = await authenticator.authenticate({
        user,
        password,
        token,
        connectionName: name,
        address: this.#address,
      });
      if (this.#state !== 'authenticating') return;
      // Between the answer and now the user may have been changed: it has to prove again who it is.
      if (authenticator.find(known.name) === known) this.#open(request, known);
      else this.disconnect();
    } catch (error) {
      if (this.#state !== 'authenticating') return;
      if (error instanceof BrokerError && error.code === 'AUTHORIZATION_VIOLATION') {
        logger.info({ client: this.id, user }, 'connection refused');
        this.#refuse(error.wireText);
      } else {
        // Not the client's fault: it may try again, which an `-ERR` would keep it from.
        logger.warn({ err: error, client: this.id }, 'authentication failed');
        this.disconnect();
      }
    }
  }

  #open(request: ConnectRequest, user: User): void {
    const { services, limits } = this.#parts;
    const identity = identityOf(request, user, `plain-${this.id}`);
    this.#state = 'open';
    this.#verbose = request.verbose;
    this.#client = new Client(identity, this.#outbound, this.#workload, services.bus);
    services.membership.connectionOpened(identity.connectionId);
    this.#keepAlive = new KeepAlive(services.scheduler, limits, {
      ping: () => this.#outbound.ping(),
      onSilence: () => this.#cut('it does not answer pings'),
      isHeldBack: () => this.#workload.excessive,
    });
    this.#acknowledge();
    this.#parser.resume();
    this.#slowDown();
  }

  #acknowledge(): void {
    if (this.#verbose) this.#outbound.ok();
  }

  /** Closes the connection of a client that did something wrong, saying what when there is a word for it. */
  #refuse(text: string | undefined): void {
    if (this.#state === 'closing' || this.#state === 'closed') return;
    if (text !== undefined) this.#outbound.error(text);
    this.#closeAfterFlush();
  }

  /** Gives a client up that cannot be helped. */
  #cut(reason: string): void {
    if (this.#state === 'closing' || this.#state === 'closed') return;
    this.#state = 'closing';
    this.#parts.services.logger.warn({ client: this.id, user: this.user }, `client cut: ${reason}`);
    this.#socket.destroy();
    this.#outbound.finish();
    this.#release(); // at once: the rest of this turn may hold more for it
  }

  #closeAfterFlush(): void {
    this.#state = 'closing';
    this.#release();
    this.#outbound.finish();
    this.#socket.end();
    // What still comes is read and dropped: with unread bytes the system would reset the
    // connection, and the last words would be lost on their way.
    this.#socket.resume();
    const { services, limits } = this.#parts;
    this.#cancelTimeout = services.scheduler.after(limits.closeTimeoutMs, () =>
      this.#socket.destroy(),
    );
  }

  #onClose(): void {
    this.#cancelTimeout();
    this.#state = 'closed';
    this.#outbound.finish();
    this.#release();
    this.#parts.onClosed(this);
  }

  #release(): void {
    this.#cancelTimeout();
    this.#parser.stop();
    this.#keepAlive?.stop();
    const client = this.#client;
    if (client === undefined) return;
    this.#client = undefined;
    client.close();
    this.#parts.services.membership.connectionClosed(client.identity.connectionId);
  }
}
