import { createServer } from 'node:tls';
import type { Server, TlsOptions, TLSSocket } from 'node:tls';
import type { Socket } from 'node:net';
import type { Logger, TlsMaterial, TlsSource } from '../../foundation/index.ts';

/** Whether clients have to show a certificate; one that is shown and not trusted is refused. */
export type ClientCertificates = 'off' | 'optional' | 'required';

/** How connections are encrypted. */
export interface TlsSettings {
  readonly source: TlsSource;
  readonly clientCertificates: ClientCertificates;
}

/** Options for a TLS server; what they say of the material changes with its source. */
export function tlsServerOptions(
  { source, clientCertificates }: TlsSettings,
  handshakeTimeout: number,
): TlsOptions {
  return {
    ...contextOf(source.material),
    minVersion: 'TLSv1.2',
    handshakeTimeout,
    requestCert: clientCertificates !== 'off',
    // Optional certificates are looked at by `isWelcome`, when it is known whether there is one.
    rejectUnauthorized: clientCertificates === 'required',
  };
}

/** Connections that are open keep what they have agreed on. */
export function followMaterial(server: Server, { source }: TlsSettings): void {
  source.onChanged((material) => server.setSecureContext(contextOf(material)));
}

/** False for a client whose certificate nobody vouches for. */
export function isWelcome(socket: TLSSocket, { clientCertificates }: TlsSettings): boolean {
  if (clientCertificates !== 'optional' || socket.authorized) return true;
  return Object.keys(socket.getPeerCertificate()).length === 0;
}

function contextOf({ certificate, key, authorities }: TlsMaterial) {
  return {
    cert: Buffer.from(certificate),
    key: Buffer.from(key),
    ...(authorities === undefined ? {} : { ca: Buffer.from(authorities) }),
  };
}

/** What becomes of a socket at the gate. */
export interface GatePass {
  onSecure(socket: TLSSocket): void;
  /** It is closed, by whichever side. */
  onFailed(): void;
}

/** Turns plain sockets into encrypted ones, after the greeting that NATS sends in clear. */
export class TlsGate {
  readonly #server: Server;
  readonly #waiting = new Map<string, { readonly socket: Socket; readonly pass: GatePass }>();

  constructor(settings: TlsSettings, handshakeTimeoutMs: number, logger: Logger) {
    // A server that never listens: sockets are handed to it, as its documentation allows.
    this.#server = createServer(tlsServerOptions(settings, handshakeTimeoutMs));
    this.#server.on('secureConnection', (socket) => {
      const entry = this.#take(socket);
      if (entry !== undefined && isWelcome(socket, settings)) entry.pass.onSecure(socket);
      else {
        socket.destroy();
        entry?.pass.onFailed();
      }
    });
    this.#server.on('tlsClientError', (error, socket) => {
      logger.info({ err: error, address: socket.remoteAddress }, 'TLS handshake failed');
      socket.destroy();
    });
    followMaterial(this.#server, settings);
  }

  /** Begins the handshake on a socket from which nothing has been read. */
  admit(socket: Socket, pass: GatePass): void {
    const name = nameOf(socket);
    this.#waiting.set(name, { socket, pass });
    socket.once('close', () => {
      if (this.#waiting.get(name)?.socket !== socket) return;
      this.#waiting.delete(name);
      pass.onFailed();
    });
    this.#server.emit('connection', socket);
  }

  /** Closes what has not passed. */
  close(): void {
    for (const { socket } of this.#waiting.values()) socket.destroy();
  }

  #take(socket: Socket): { readonly pass: GatePass } | undefined {
    const name = nameOf(socket);
    const entry = this.#waiting.get(name);
    this.#waiting.delete(name);
    return entry;
  }
}

/** An encrypted socket does not tell which plain one it was; both have the same other end. */
function nameOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress ?? ''} ${String(remotePort)}`;
}
