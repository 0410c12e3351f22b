import { mkdtempSync, rmSync } from 'node:fs';
import { createSecureServer, createServer } from 'node:http2';
import type { Http2Server, ServerHttp2Stream } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selfSignedCertificate } from './certificate.ts';
import { procedures } from './plugin-messages.ts';
import { decodeMessage, encodeMessage } from './protobuf.ts';
import type { Values } from './protobuf.ts';

/** Answers one procedure of the plugin protocol; what it throws reaches Terraform as a failed call. */
export type Handler = (request: Record<string, unknown>) => Values;

const statusOk = '0';
const statusUnimplemented = '12';
const statusInternal = '13';

/** A gRPC message stands behind a byte that says "not compressed" and four bytes of length. */
const framePrefixBytes = 5;

function answer(stream: ServerHttp2Stream, status: string, message: string, body?: Buffer): void {
  stream.respond(
    { ':status': 200, 'content-type': 'application/grpc+proto' },
    { waitForTrailers: true },
  );
  stream.on('wantTrailers', () => {
    stream.sendTrailers({ 'grpc-status': status, 'grpc-message': encodeURIComponent(message) });
  });
  if (body === undefined) {
    stream.end();
    return;
  }
  const prefix = Buffer.alloc(framePrefixBytes);
  prefix.writeUInt32BE(body.length, 1);
  stream.end(Buffer.concat([prefix, body]));
}

function call(
  stream: ServerHttp2Stream,
  path: string,
  request: Buffer,
  handlers: Readonly<Record<string, Handler>>,
): void {
  if (path === '/plugin.GRPCController/Shutdown') {
    answer(stream, statusOk, '', Buffer.alloc(0));
    stream.on('close', () => process.exit(0));
    return;
  }
  const [, name = ''] = /^\/tfplugin6\.Provider\/(\w+)$/.exec(path) ?? [];
  const procedure = procedures[name];
  const handler = handlers[name];
  if (procedure === undefined || handler === undefined) {
    answer(stream, statusUnimplemented, `${path} is not part of the simulation`);
    return;
  }
  try {
    const values = decodeMessage(procedure.request, request.subarray(framePrefixBytes));
    const body = encodeMessage(procedure.response, handler(values));
    answer(stream, statusOk, '', body);
  } catch (error) {
    answer(stream, statusInternal, error instanceof Error ? (error.stack ?? '') : String(error));
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
  server.on('stream', (stream, headers) => {
    const chunks: Buffer[] = [];
    stream.on('error', () => undefined); // a caller that went away gets no answer
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      call(stream, headers[':path'] ?? '', Buffer.concat(chunks), handlers);
    });
  });
  server.listen(socket, () => {
    process.stdout.write(`1|6|unix|${socket}|grpc|${shown}\n`);
  });
}
