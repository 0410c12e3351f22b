import type { Clock, Logger, Scheduler } from '../../foundation/index.ts';

/** Where the database is, how the broker shows who it is, and how long it waits. */
export interface PostgresOptions {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Read for each new connection, so that a password may change; empty where the server asks for none. */
  readonly passwordFile: string;
  /** `verify-full`: encrypted, the certificate signed by an authority that is trusted and made out for the host. */
  readonly tls: 'verify-full' | 'off';
  /** PEM; read for each new connection. Empty for the authorities that Node trusts. */
  readonly authorityFile: string;
  /** The name that the certificate is made out for; empty for the host. */
  readonly serverName: string;

  /** Connections at one time; migrations take one of them. */
  readonly connectionCountMax: number;
  /** From the first packet to a session that is ready for a statement. */
  readonly connectTimeoutMs: number;
  /** The server cancels a statement that takes longer, and a transaction that does nothing for so long. */
  readonly statementTimeoutMs: number;
  /** How long one change is tried, reconnecting included, before it is refused. */
  readonly changeTimeoutMs: number;
  /** The same for a removal, whose client may wait for one second only. */
  readonly removalTimeoutMs: number;
  /** How long the server may be away while the broker starts. */
  readonly startTimeoutMs: number;
  /** Between two tries. */
  readonly retryDelayMs: number;
  /** A connection is replaced after so long: behind a name there may be another server by then. */
  readonly connectionAgeMaxMs: number;
  /** Between two looks at a server that answers, and at one that does not. */
  readonly probeIntervalMs: number;
  readonly probeWhileAwayIntervalMs: number;
  /** Between two rounds of finishing what was left half done. */
  readonly repairIntervalMs: number;
}

/** What the outside world gives. */
export interface PostgresParts {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly logger: Logger;
  /** A text that was never given before. */
  readonly newId: () => string;
  /** A number from 0 up to 1: brokers that lost one server together do not come back together. */
  readonly chance: () => number;
  /** Told when the server is out of reach, why, and when it is back (undefined). Must not throw. */
  readonly onReach: (problem: string | undefined) => void;
}
