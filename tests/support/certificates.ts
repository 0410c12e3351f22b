import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import forge from 'node-forge';
import { tempDir } from './temp-dir.ts';

/** A certificate and its key, as files and as PEM. */
export interface Certificate {
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly certificate: string;
  readonly key: string;
}

interface KeyPair {
  readonly key: string;
  readonly publicKey: forge.pki.rsa.PublicKey;
}

const dayMs = 24 * 3_600_000;

/** An authority of a test, which signs what the test needs. */
export class TestAuthority {
  readonly file: string;
  readonly certificate: string;
  readonly #directory = tempDir();
  readonly #pair = keyPair();
  readonly #subject: forge.pki.CertificateField[];
  #count = 0;

  constructor(name: string) {
    this.#subject = [{ name: 'commonName', value: name }];
    this.certificate = this.#issue(this.#subject, this.#pair, [
      { name: 'basicConstraints', cA: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true },
    ]);
    this.file = join(this.#directory, 'authority.crt');
    writeFileSync(this.file, this.certificate);
  }

  /** A certificate for `localhost` and 127.0.0.1, good for servers and clients. */
  sign(name: string, { endsAtMs = Date.now() + 2 * dayMs } = {}): Certificate {
    const pair = keyPair();
    const names = {
      name: 'subjectAltName',
      altNames: [
        { type: 2, value: 'localhost' },
        { type: 7, ip: '127.0.0.1' },
      ],
    };
    const subject = [{ name: 'commonName', value: name }];
    const certificate = this.#issue(subject, pair, [names], endsAtMs);
    const path = join(this.#directory, String(this.#count));
    const files = { certificateFile: `${path}.crt`, keyFile: `${path}.key` };
    writeFileSync(files.certificateFile, certificate);
    writeFileSync(files.keyFile, pair.key);
    return { ...files, certificate, key: pair.key };
  }

  #issue(
    subject: forge.pki.CertificateField[],
    pair: KeyPair,
    extensions: object[],
    endsAtMs = Date.now() + 2 * dayMs,
  ): string {
    this.#count += 1;
    const certificate = forge.pki.createCertificate();
    certificate.publicKey = pair.publicKey;
    certificate.serialNumber = this.#count.toString(16).padStart(4, '0');
    certificate.validity.notBefore = new Date(Date.now() - dayMs);
    certificate.validity.notAfter = new Date(endsAtMs);
    certificate.setSubject(subject);
    certificate.setIssuer(this.#subject);
    certificate.setExtensions(extensions);
    certificate.sign(forge.pki.privateKeyFromPem(this.#pair.key), forge.md.sha256.create());
    return forge.pki.certificateToPem(certificate);
  }
}

/** Made by Node, because forge would take seconds for it. */
function keyPair(): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return { key: privateKey, publicKey: forge.pki.publicKeyFromPem(publicKey) };
}
