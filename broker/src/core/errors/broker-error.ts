import { catalogue } from './catalogue.ts';
import type { CatalogueEntry, ErrorCode } from './catalogue.ts';

/** Values for the placeholders of a catalogue entry. Never a secret. */
export type ErrorDetails = Readonly<Record<string, string | number>>;

/** An operating failure that the caller can act on; told apart by `code`, never by text. */
export class BrokerError extends Error {
  override readonly name = 'BrokerError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails = {}, cause?: unknown) {
    super(renderFourParts(catalogue[code], details), cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = details;
  }

  /** The text for the Memphis wire: the one its SDKs know, else the first part. */
  get wireText(): string {
    const entry: CatalogueEntry = catalogue[this.code];
    return fill(entry.wire ?? entry.what, this.details);
  }

  get retryable(): boolean {
    return catalogue[this.code].retryable;
  }
}

function renderFourParts(entry: CatalogueEntry, details: ErrorDetails): string {
  const parts = [entry.what];
  if (entry.received !== '') parts.push(`Received: ${entry.received}`);
  parts.push(`Accepted: ${entry.accepted}`, `Next: ${entry.next}`);
  return fill(`${parts.join('. ')}.`, details);
}

function fill(template: string, details: ErrorDetails): string {
  return template.replace(/\{(\w+)\}/g, (placeholder, name: string) =>
    shown(details[name] ?? placeholder),
  );
}

/** A caller's value may be a megabyte; what is shown of it fits a log line and a reply. */
const shownCharactersMax = 256;

function shown(value: string | number): string {
  const text = String(value);
  return text.length <= shownCharactersMax ? text : `${text.slice(0, shownCharactersMax)}…`;
}
