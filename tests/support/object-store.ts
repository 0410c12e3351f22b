import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { registerRelease } from './release-registry.ts';

/**
 * A store of objects that speaks as much of S3 as Terraform's backend asks of it. It is reached as an
 * HTTP proxy, so that `<bucket>.s3.test` needs no name server.
 */
export class ObjectStore {
  readonly objects = new Map<string, Buffer>();
  /** Method and object of each request, in order. */
  readonly requests: string[] = [];
  private readonly server = createServer((request, response) => {
    void body(request).then((content) => {
      const { status, text } = this.answer(request, content);
      response.writeHead(status, {
        'content-type': 'application/xml',
        'content-length': Buffer.byteLength(text),
        etag: '"1"',
        // Terraform reads in ranges, and goes on until it is told where the end is.
        ...(status === 206 ? { 'content-range': `bytes 0-${text.length - 1}/${text.length}` } : {}),
      });
      response.end(request.method === 'HEAD' ? undefined : text);
    });
  });

  /** Starts it on a free port of this machine; it ends with the test file. */
  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    registerRelease(() => {
      this.server.closeAllConnections();
      this.server.close();
    });
  }

  /** What a program needs to be told to find it, with credentials that mean nothing. */
  get variables(): Record<string, string> {
    const { port } = this.server.address() as AddressInfo;
    return {
      HTTP_PROXY: `http://127.0.0.1:${port}`,
      AWS_ENDPOINT_URL_S3: 'http://s3.test',
      AWS_ENDPOINT_URL_STS: 'http://sts.test',
      AWS_ACCESS_KEY_ID: 'nobody',
      AWS_SECRET_ACCESS_KEY: 'canary-key-of-the-deployer',
      AWS_EC2_METADATA_DISABLED: 'true',
    };
  }

  private answer(
    request: IncomingMessage,
    content: Buffer,
  ): { status: number; text: string | Buffer } {
    const url = new URL(request.url ?? '', 'http://s3.test');
    if (url.host === 'sts.test') return { status: 200, text: callerIdentity };
    const bucket = url.host.split('.')[0] ?? '';
    const name = `${bucket}${decodeURIComponent(url.pathname)}`;
    this.requests.push(`${request.method} ${name}`);
    if (url.pathname === '/') return { status: 200, text: listing(bucket) };
    const held = this.objects.get(name);
    switch (request.method) {
      case 'PUT':
        if (held !== undefined && request.headers['if-none-match'] === '*') {
          return { status: 412, text: failure('PreconditionFailed') };
        }
        this.objects.set(name, content);
        return { status: 200, text: '' };
      case 'DELETE':
        this.objects.delete(name);
        return { status: 204, text: '' };
      default:
        return held === undefined
          ? { status: 404, text: failure('NoSuchKey') }
          : { status: request.headers.range === undefined ? 200 : 206, text: held };
    }
  }
}

const callerIdentity =
  '<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/nobody</Arn>' +
  '<UserId>nobody</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>';

const failure = (code: string): string => `<Error><Code>${code}</Code></Error>`;

const listing = (bucket: string): string =>
  `<ListBucketResult><Name>${bucket}</Name><KeyCount>0</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>`;

async function body(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const sent = Buffer.concat(pieces);
  return request.headers['content-encoding']?.includes('aws-chunked') === true
    ? withoutChunks(sent)
    : sent;
}

/** The content of a body that comes in signed pieces: `<length in hex>;…`, the piece, and so on. */
function withoutChunks(sent: Buffer): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < sent.length;) {
    const end = sent.indexOf('\r\n', at);
    const length = Number.parseInt(sent.toString('latin1', at, end), 16);
    if (!(length > 0)) break;
    pieces.push(sent.subarray(end + 2, end + 2 + length));
    at = end + 2 + length + 2;
  }
  return Buffer.concat(pieces);
}
