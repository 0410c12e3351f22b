import { mkdtempSync, rmSync } from 'node:fs';
import { createSecureServer, createServer } from 'node:http2';
import type { Http2Server, Http2Session, ServerHttp2Stream } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selfSignedCertificate } from './certificate.ts';
import { procedures } from './plugin-messages.ts';
import { decodeMessage, encodeMessage } from './protobuf.ts';
import type { Values } from './protobuf.ts';

/** Answers one procedure of the plugin protocol; what it throws reaches Terraform as a failed call. */
export type Handler = (request: Record<string, unknown>) => Values;

/** Thrown by a handler: the provider dies in this call, and its caller never hears of it. */
export class ProviderCrash extends Error {}

/** Thrown by a handler: what it waits for may still happen; `giveUp` is its answer when it did not in time. */
export class TryAgain extends Error {
  readonly giveUp: () => Values;

  constructor(giveUp: () => Values) {
    super('to be tried again');
    this.giveUp = giveUp;
  }
}

/** Far less than the minutes that real providers try, and more than a busy machine needs for one destroy. */
const patienceMs = 30_000;
const retryDelayMs = 50;

const statusOk = '0';
const statusUnimplemented = '12';
const statusInternal = '13';

/** A gRPC message stands behind a byte that says "not compressed" and four bytes of length. */
const framePrefixBytes = 5;

/** Answers the calls that come in over the streams of a connection. */
class PluginCalls {
  readonly #handlers: Readonly<Record<string, Handler>>;
  #answering = 0;
  #dying: Http2Session | undefined;

  constructor(handlers: Readonly<Record<string, Handler>>) {
    this.#handlers = handlers;
  }

  take(stream: ServerHttp2Stream, path: string, request: Buffer): void {
    if (this.#dying !== undefined) return;
    if (path === '/plugin.GRPCController/Shutdown') {
      this.#answer(stream, statusOk, '', Buffer.alloc(0));
      stream.on('close', () => process.exit(0));
      return;
    }
    const [, name = ''] = /^\/tfplugin6\.Provider\/(\w+)$/.exec(path) ?? [];
    const procedure = procedures[name];
    const handler = this.#handlers[name];
    if (procedure === undefined || handler === undefined) {
      this.#answer(stream, statusUnimplemented, `${path} is not part of the simulation`);
      return;
    }
    const attempt = (): Values =>
      handler(decodeMessage(procedure.request, request.subarray(framePrefixBytes)));
    this.#try(stream, attempt, Date.now() + patienceMs, (values) =>
      encodeMessage(procedure.response, values),
    );
  }

  #try(
    stream: ServerHttp2Stream,
    attempt: () => Values,
    deadline: number,
    encode: (values: Values) => Buffer,
  ): void {
    try {
      this.#answer(stream, statusOk, '', encode(attempt()));
    } catch (error) {
      if (error instanceof TryAgain) {
        const next = Date.now() > deadline ? error.giveUp : attempt;
        setTimeout(() => this.#try(stream, next, deadline, encode), retryDelayMs);
      } else if (error instanceof ProviderCrash) {
        if (stream.session === undefined) process.exit(1);
        this.#dying = stream.session;
        this.#die();
      } else this.#answer(stream, statusInternal, String((error as Error).stack));
    }
  }

  #answer(stream: ServerHttp2Stream, status: string, message: string, body?: Buffer): void {
    this.#answering += 1;
    stream.on('close', () => {
      this.#answering -= 1;
      this.#die();
    });
    stream.respond(
      { ':status': 200, 'content-type': 'application/grpc+proto' },
      { waitForTrailers: true },
    );
    stream.on('wantTrailers', () => {
      stream.sendTrailers({ 'grpc-status': status, 'grpc-message': encodeURIComponent(message) });
    });
    const prefix = Buffer.alloc(framePrefixBytes);
    prefix.writeUInt32BE(body?.length ?? 0, 1);
    stream.end(body === undefined ? undefined : Buffer.concat([prefix, body]));
  }

  /**
   * What was answered before still arrives, so that a test knows which call is the one that is lost: a
   * ping comes back when Terraform has read everything that was sent before it.
   */
  #die(): void {
    if (this.#answering === 0) this.#dying?.ping(() => process.exit(1));
  }
}

/**
 * Serves a provider over a Unix socket and tells Terraform where, in the one line that it waits for.
 * Terraform gives its certificate in an environment variable; without it (TLS switched off) the
 * server speaks plain HTTP/2.
 */
export function servePlugin(handlers: Readonly<Record<string, Handler>>): void {
  const folder = mkdtempSync(join(process.env['PLUGIN_UNIX_SOCKET_DIR'] ?? tmpdir(), 'plugin-'));
  process.on('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  // Ctrl-C reaches the whole group, and Terraform ends its plugins itself when it is done with them.
  process.on('SIGINT', () => undefined);
  const socket = join(folder, 's');
  const client = process.env['PLUGIN_CLIENT_CERT'];
  let shown = '';
  let server: Http2Server;
  if (client === undefined) {
    server = createServer();
  } else {
    const { certificate, key, der } = selfSignedCertificate('localhost');
    server = createSecureServer({ cert: certificate, key, ca: client, requestCert: true });
    shown = der.toString('base64').replace(/=+$/, '');
  }
  // Terraform keeps one connection; when that is gone, so is Terraform, perhaps killed in the middle.
  server.on('session', (session) => session.on('close', () => process.exit(0)));
  const calls = new PluginCalls(handlers);
  server.on('stream', (stream, headers) => {
    const chunks: Buffer[] = [];
    stream.on('error', () => undefined); // a caller that went away gets no answer
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      calls.take(stream, headers[':path'] ?? '', Buffer.concat(chunks));
    });
  });
  server.listen(socket, () => {
    process.stdout.write(`1|6|unix|${socket}|grpc|${shown}\n`);
  });
}
