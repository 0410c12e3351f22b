/**
 * What a failed try means.
 *
 * | kind | the statement | what next |
 * |---|---|---|
 * | `away` | was not carried out | try again: on another connection, on another server |
 * | `unknown` | may have been carried out | try again |
 * | `barred` | was not carried out, nor will be with these settings | at start: give up; later: try again, as a password or a certificate may be on its way |
 * | `refused` | was not carried out | tell the caller |
 */
export type FailureKind = 'away' | 'unknown' | 'barred' | 'refused';

/** A try that failed, with what Postgres or the network said of it. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly kind: FailureKind;
  /** SQLSTATE or the system's code; empty where there is none. */
  readonly code: string;

  constructor(kind: FailureKind, message: string, code = '', cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
    this.code = code;
  }
}

/** A server that shuts down, starts, follows another one, or has no place left: soon it is better, or elsewhere. */
const passingStates = /^(08|53300$|57P0[1-5]$|25006$)/;
/** Cancelled by a timeout, a deadlock, a conflict: the transaction is rolled back. */
const rolledBackStates = /^(40001|40P01|55P03|57014|25P03)$/;
/** Login and database name. */
const barringStates = /^(28|3D)/;
/** Sent with an end of the session: what ran may have been committed just before. */
const endingStates = /^(08|57P0[1-5]$)/;

/** Of a connection that did not come up: nothing was sent on it. */
export function failureToConnect(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const { code, message } = partsOf(error);
  const isBarred =
    barringStates.test(code) || isDistrust(code, message) || isWithoutPassword(message);
  const kind = isBarred ? 'barred' : 'away';
  return new Failure(kind, message, code, error);
}

/** Of a statement that was sent. */
export function failureToRun(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const { code, message } = partsOf(error);
  return new Failure(kindOf(error, code), message, code, error);
}

/** Whether the connection is of no more use, or leads to the wrong server. */
export function isConnectionSpent(failure: Failure): boolean {
  return !isSqlState(failure.code) || passingStates.test(failure.code) || failure.code === '25P03';
}

function kindOf(error: unknown, code: string): FailureKind {
  // What has no SQLSTATE did not come from the server: the connection broke.
  if (!isSqlState(code) || !isFromServer(error) || endingStates.test(code)) return 'unknown';
  if (passingStates.test(code) || rolledBackStates.test(code)) return 'away';
  return 'refused';
}

function isSqlState(code: string): boolean {
  return /^[0-9A-Z]{5}$/.test(code) && code !== 'EPIPE';
}

function isFromServer(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'severity' in error;
}

/** A certificate that is not accepted, or a server that does not encrypt. */
function isDistrust(code: string, message: string): boolean {
  return (
    /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|HOSTNAME_MISMATCH)/.test(code) ||
    /does not support SSL/.test(message)
  );
}

/** What the client itself finds wrong with a password, an empty one first of all. */
function isWithoutPassword(message: string): boolean {
  return /^SASL|[Pp]assword must be/.test(message);
}

/** By shape, not by class: an error of Node's own may come from another realm. */
function partsOf(error: unknown): { code: string; message: string } {
  if (typeof error !== 'object' || error === null) return { code: '', message: String(error) };
  const { code, message, errors } = error as {
    code?: unknown;
    message?: unknown;
    errors?: unknown;
  };
  // A host with several addresses fails with one error per address and no text of its own.
  const each = Array.isArray(errors) ? errors.map((one) => partsOf(one).message).join('; ') : '';
  const texts = [message, each, code].filter((text): text is string => typeof text === 'string');
  return {
    code: typeof code === 'string' ? code : '',
    message: texts.find((text) => text !== '') ?? 'no reason was given',
  };
}
