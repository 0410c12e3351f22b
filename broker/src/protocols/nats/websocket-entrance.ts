import { createServer as createHttpServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { createWebSocketStream, WebSocketServer } from 'ws';
import type { Logger } from '../../foundation/index.ts';
import { followMaterial, isWelcome, tlsServerOptions } from './tls-gate.ts';
import type { TlsSettings } from './tls-gate.ts';
import { isAllowedOrigin } from './websocket-origin.ts';

/** Where NATS over WebSocket is spoken, and within which bounds. */
export interface WebSocketOptions {
  /** 0 for a free one. */
  readonly port: number;
  /** Origins from which browsers may come beside the broker's own host; `*` for all. */
  readonly origins: readonly string[];
  /** A frame may hold several commands; a larger one closes its connection. */
  readonly frameBytesMax: number;
  /** For the handshakes of TLS and HTTP. */
  readonly handshakeTimeoutMs: number;
  readonly tls: TlsSettings | undefined;
}

/** What the entrance asks and tells the listener. */
export interface WebSocketDoor {
  /** False when one connection more is too many. */
  hasRoom(): boolean;
  onConnection(transport: Duplex, address: string): void;
}

/** HTTP statuses of refusals, and what they say to a person with a browser. */
const refusals = {
  path: { line: '404 Not Found', text: 'NATS over WebSocket is spoken at the path /' },
  origin: { line: '403 Forbidden', text: 'Pages of this origin may not connect here' },
  full: { line: '503 Service Unavailable', text: 'maximum connections exceeded' },
  certificate: { line: '403 Forbidden', text: 'The client certificate is not trusted' },
} as const;

/**
 * Accepts NATS over WebSocket: the bytes of the protocol in binary messages, cut anywhere. Without compression:
 * a small message that unfolds into a large one would be taken before anybody has logged in.
 */
export class WebSocketEntrance {
  readonly server: Server;
  readonly #options: WebSocketOptions;
  readonly #door: WebSocketDoor;
  readonly #logger: Logger;
  readonly #webSockets: WebSocketServer;

  constructor(options: WebSocketOptions, door: WebSocketDoor, logger: Logger) {
    this.#options = options;
    this.#door = door;
    this.#logger = logger;
    this.#webSockets = new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      maxPayload: options.frameBytesMax,
      clientTracking: false,
    });
    this.server = createServer(options, logger);
    this.server.on('request', (_request, response) => {
      // Closed at once: nobody counts connections that only ask for pages, again and again.
      const headers = { connection: 'close', 'content-type': 'text/plain', upgrade: 'websocket' };
      response.writeHead(426, headers);
      response.end('This port speaks NATS over WebSocket\n');
    });
    this.server.on('upgrade', (request, socket, head) => this.#onUpgrade(request, socket, head));
  }

  /** Stops accepting; connections that are open stay open. */
  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  #onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', (error) => this.#logger.debug({ err: error }, 'socket error'));
    const refusal = this.#refusalOf(request);
    if (refusal !== undefined) {
      const { line, text } = refusals[refusal];
      this.#logger.info({ refusal, origin: request.headers.origin }, 'WebSocket refused');
      socket.end(
        `HTTP/1.1 ${line}\r\nconnection: close\r\ncontent-type: text/plain\r\ncontent-length: ${text.length}\r\n\r\n${text}`,
      );
      return;
    }
    const address = request.socket.remoteAddress ?? '';
    request.socket.setNoDelay(true);
    this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      // The stream listens for the first error only; without a listener a second would end the process.
      webSocket.on('error', (error) => this.#logger.debug({ err: error }, 'WebSocket error'));
      // Half open would be a connection that nobody closes: WebSocket has no such state.
      const transport = createWebSocketStream(webSocket, { allowHalfOpen: false });
      this.#door.onConnection(transport, address);
    });
  }

  #refusalOf({ url, headers, socket }: IncomingMessage): keyof typeof refusals | undefined {
    const { origins, tls } = this.#options;
    if (tls !== undefined && socket instanceof TLSSocket && !isWelcome(socket, tls)) {
      return 'certificate';
    }
    if (url?.split('?', 1)[0] !== '/') return 'path';
    if (!isAllowedOrigin(headers.origin, headers.host, origins)) return 'origin';
    return this.#door.hasRoom() ? undefined : 'full';
  }
}

function createServer({ tls, handshakeTimeoutMs }: WebSocketOptions, logger: Logger): Server {
  const timeouts = {
    headersTimeout: handshakeTimeoutMs,
    requestTimeout: handshakeTimeoutMs,
    // Node looks every 30 s unless told otherwise: that long, whoever says nothing would hold a socket.
    connectionsCheckingInterval: handshakeTimeoutMs,
  };
  if (tls === undefined) return createHttpServer(timeouts);
  const server = createHttpsServer({ ...timeouts, ...tlsServerOptions(tls, handshakeTimeoutMs) });
  server.on('tlsClientError', (error, socket) => {
    logger.info({ err: error, address: socket.remoteAddress }, 'TLS handshake failed');
  });
  followMaterial(server, tls);
  return server;
}
