import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from './temp-dir.ts';

/** A certificate and its key, as files and as PEM. */
export interface Certificate {
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly certificate: string;
  readonly key: string;
}

/** An authority of a test, which signs what the test needs. Made by the `openssl` of the machine. */
export class TestAuthority {
  readonly file: string;
  readonly #directory = tempDir();
  readonly #keyFile: string;
  #count = 0;

  constructor(name: string) {
    this.file = join(this.#directory, 'authority.crt');
    this.#keyFile = join(this.#directory, 'authority.key');
    openssl([
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-days', '2', '-subj', `/CN=${name}`, '-keyout', this.#keyFile, '-out', this.file],
    ]);
  }

  get certificate(): string {
    return readFileSync(this.file, 'utf8');
  }

  /** A certificate for `localhost` and 127.0.0.1, good for servers and clients. */
  sign(name: string): Certificate {
    this.#count += 1;
    const path = (ending: string): string => join(this.#directory, `${this.#count}.${ending}`);
    const extensions = path('ext');
    writeFileSync(extensions, 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
    openssl([
      ...['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-subj', `/CN=${name}`, '-keyout', path('key'), '-out', path('csr')],
    ]);
    openssl([
      ...['x509', '-req', '-in', path('csr'), '-CA', this.file, '-CAkey', this.#keyFile],
      ...['-CAcreateserial', '-days', '2', '-extfile', extensions, '-out', path('crt')],
    ]);
    return {
      certificateFile: path('crt'),
      keyFile: path('key'),
      certificate: readFileSync(path('crt'), 'utf8'),
      key: readFileSync(path('key'), 'utf8'),
    };
  }
}

function openssl(programArguments: readonly string[]): void {
  execFileSync('openssl', programArguments, { stdio: ['ignore', 'pipe', 'pipe'] });
}
