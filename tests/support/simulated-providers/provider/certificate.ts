import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** What a TLS server shows: PEM for Node, DER for the line that Terraform reads. */
export interface ServerCertificate {
  readonly certificate: string;
  readonly key: string;
  readonly der: Buffer;
}

const tag = {
  boolean: 1,
  integer: 2,
  bits: 3,
  octets: 4,
  oid: 6,
  text: 12,
  utcTime: 23,
  sequence: 48,
  set: 49,
};

function der(kind: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const size =
    length < 128
      ? [length]
      : length < 256
        ? [0x81, length]
        : [0x82, Math.floor(length / 256), length % 256];
  return Buffer.concat([Buffer.from([kind, ...size]), content]);
}

const sequence = (...contents: readonly Uint8Array[]): Buffer => der(tag.sequence, ...contents);

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const groups = [arc % 128];
    for (let high = Math.floor(arc / 128); high > 0; high = Math.floor(high / 128)) {
      groups.unshift((high % 128) + 128);
    }
    bytes.push(...groups);
  }
  return der(tag.oid, Buffer.from(bytes));
}

function time(at: Date): Buffer {
  return der(tag.utcTime, Buffer.from(`${at.toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`));
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(oid(id), der(tag.octets, value));
}

/**
 * A certificate that is valid for a day and signed by itself: Terraform is told it on standard output
 * and trusts nothing else, so it must pass as an authority too. node-forge knows no elliptic curves,
 * and making an RSA key takes longer than the whole start of a provider.
 */
export function selfSignedCertificate(host: string): ServerCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(der(tag.set, sequence(oid('2.5.4.3'), der(tag.text, Buffer.from(host)))));
  const algorithm = sequence(oid('1.2.840.10045.4.3.2')); // ecdsa-with-SHA256
  const serial = Buffer.concat([Buffer.from([1]), randomBytes(15)]);
  const hourMs = 3_600_000;
  const now = Date.now();
  const always = der(tag.boolean, Buffer.from([0xff]));
  const extensions = sequence(
    extension('2.5.29.19', sequence(always)), // an authority
    // digitalSignature, keyEncipherment, keyAgreement, keyCertSign
    extension('2.5.29.15', der(tag.bits, Buffer.from([2, 0b10101100]))),
    extension('2.5.29.37', sequence(oid('1.3.6.1.5.5.7.3.1'), oid('1.3.6.1.5.5.7.3.2'))),
    extension('2.5.29.17', sequence(der(0x82, Buffer.from(host)))),
  );
  const body = sequence(
    der(0xa0, der(tag.integer, Buffer.from([2]))), // version 3
    der(tag.integer, serial),
    algorithm,
    name,
    sequence(time(new Date(now - hourMs)), time(new Date(now + 24 * hourMs))),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions),
  );
  const signature = der(tag.bits, Buffer.from([0]), sign('sha256', body, privateKey));
  const whole = sequence(body, algorithm, signature);
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    certificate: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join(
      '\n',
    ),
    key: privateKey.export({ type: 'sec1', format: 'pem' }).toString(),
    der: whole,
  };
}
