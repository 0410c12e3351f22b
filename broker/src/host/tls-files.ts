import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { BrokerError } from '../core/errors/index.ts';
import type {
  Cancel,
  Clock,
  Logger,
  Scheduler,
  TlsMaterial,
  TlsSource,
} from '../foundation/index.ts';

/** Where the TLS material is. */
export interface TlsPaths {
  readonly certificate: string;
  readonly key: string;
  /** Empty where certificates of clients are not looked at. */
  readonly authorities: string;
}

/**
 * TLS material in files, read anew when they change.
 *
 * The files are read at intervals and compared by content: a watch would miss how orchestrators
 * replace them, by turning a link. What can not be used is said once, and what was good stays: a
 * certificate and its key can not be replaced in one moment. A certificate whose time is over does not take the
 * place of one that is good; where there is no other, it is used, and said.
 */
export class TlsFiles implements TlsSource {
  readonly #paths: TlsPaths;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #listeners: ((material: TlsMaterial) => void)[] = [];
  #material: TlsMaterial;
  /** Why the files could not be used when they were last looked at; empty when they could. */
  #complaint = '';

  private constructor(paths: TlsPaths, material: TlsMaterial, logger: Logger, clock: Clock) {
    this.#paths = paths;
    this.#material = material;
    this.#logger = logger;
    this.#clock = clock;
  }

  /** Rejects with TLS_FILES when they can not be used. */
  static async open(paths: TlsPaths, logger: Logger, clock: Clock): Promise<TlsFiles> {
    try {
      const files = new TlsFiles(paths, await readUsable(paths), logger, clock);
      const endedAt = files.#endOf(files.material);
      if (endedAt !== undefined) {
        const fields = { event: 'tls-certificate-over', ...paths, endedAt };
        logger.error(
          fields,
          'The time of the TLS certificate is over: clients that check it stay away',
        );
      }
      return files;
    } catch (error) {
      const cause = reasonOf(error);
      const authorities = paths.authorities === '' ? 'none' : paths.authorities;
      throw new BrokerError('TLS_FILES', { ...paths, authorities, cause }, error);
    }
  }

  get material(): TlsMaterial {
    return this.#material;
  }

  onChanged(listener: (material: TlsMaterial) => void): void {
    this.#listeners.push(listener);
  }

  /** Looks at the files at this interval until cancelled. */
  watch(scheduler: Scheduler, intervalMs: number): Cancel {
    let isOver = false;
    let cancel: Cancel = () => undefined;
    const plan = (): void => {
      cancel = scheduler.after(intervalMs, () => {
        void this.refresh().then(() => {
          if (!isOver) plan();
        });
      });
    };
    plan();
    return () => {
      isOver = true;
      cancel();
    };
  }

  /** Takes the files over when they have changed and can be used. */
  async refresh(): Promise<void> {
    let material: TlsMaterial;
    try {
      material = await readUsable(this.#paths);
      const endedAt = this.#endOf(material);
      if (endedAt !== undefined && this.#endOf(this.#material) === undefined) {
        throw new Error(`the time of the new certificate is over since ${endedAt}`);
      }
    } catch (error) {
      const complaint = reasonOf(error);
      if (complaint !== this.#complaint) {
        this.#logger.error(
          { event: 'tls-files-unusable', ...this.#paths, cause: complaint },
          'The TLS files can not be used; those read before stay in use',
        );
      }
      this.#complaint = complaint;
      return;
    }
    this.#complaint = '';
    if (sameMaterial(material, this.#material)) return;
    this.#material = material;
    this.#logger.info({ event: 'tls-files-taken', ...this.#paths }, 'New TLS files are in use');
    for (const listener of this.#listeners) listener(material);
  }

  /** When the time of a certificate was over; undefined while it is not. */
  #endOf({ certificate }: TlsMaterial): string | undefined {
    const { validTo } = new X509Certificate(certificate);
    return Date.parse(validTo) <= this.#clock.wallMs() ? validTo : undefined;
  }
}

/** Throws when a file can not be read, is no PEM, or the key is not that of the certificate. */
async function readUsable(paths: TlsPaths): Promise<TlsMaterial> {
  const [certificate, key, authorities] = await Promise.all([
    readFile(paths.certificate),
    readFile(paths.key),
    paths.authorities === '' ? undefined : readFile(paths.authorities),
  ]);
  createSecureContext({ cert: certificate, key, ca: authorities });
  // What is no certificate among the authorities would be passed over: nobody would be trusted.
  if (authorities !== undefined) new X509Certificate(authorities);
  return { certificate, key, authorities };
}

function sameMaterial(one: TlsMaterial, other: TlsMaterial): boolean {
  return (
    sameBytes(one.certificate, other.certificate) &&
    sameBytes(one.key, other.key) &&
    sameBytes(one.authorities, other.authorities)
  );
}

function sameBytes(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return Buffer.compare(one, other) === 0;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
