import { BrokerError } from '../../../core/errors/index.ts';
import { decodeUtf8 } from '../../../foundation/index.ts';

/**
 * The fields of a `$memphis_*` request.
 *
 * Keys are read in any case, because the SDKs do not agree on it. A field that is missing or null
 * has its zero value (empty, 0, false) unless the reader says otherwise; fields nobody reads are
 * ignored. Everything else that is not as expected throws REQUEST_MALFORMED.
 */
export class RequestFields {
  readonly #values = new Map<string, unknown>();
  readonly #path: string;

  constructor(object: object, path = '') {
    this.#path = path;
    for (const [key, value] of Object.entries(object)) {
      if (value !== null) this.#values.set(key.toLowerCase(), value);
    }
  }

  text(name: string): string {
    const value = this.#values.get(name) ?? '';
    if (typeof value !== 'string') throw this.#malformed(name, 'a text');
    return value;
  }

  integer(name: string, whenMissing = 0): number {
    const value = this.#values.get(name) ?? whenMissing;
    if (!Number.isSafeInteger(value)) throw this.#malformed(name, 'a whole number');
    return value as number;
  }

  flag(name: string, whenMissing = false): boolean {
    const value = this.#values.get(name) ?? whenMissing;
    if (typeof value !== 'boolean') throw this.#malformed(name, 'true or false');
    return value;
  }

  /** A list of texts; empty when it is missing. */
  texts(name: string): readonly string[] {
    const value = this.#values.get(name) ?? [];
    const isList = Array.isArray(value) && value.every((entry) => typeof entry === 'string');
    if (!isList) throw this.#malformed(name, 'a list of texts');
    return value;
  }

  /** A list of whole numbers; empty when it is missing. */
  integers(name: string): readonly number[] {
    const value = this.#values.get(name) ?? [];
    const isList = Array.isArray(value) && value.every((entry) => Number.isSafeInteger(entry));
    if (!isList) throw this.#malformed(name, 'a list of whole numbers');
    return value as readonly number[];
  }

  /** Whether it says anything: it is there and not empty, 0 or false. */
  isSet(name: string): boolean {
    const value = this.#values.get(name) ?? false;
    if (typeof value === 'object') return Object.keys(value).length > 0;
    return value !== false && value !== '' && value !== 0;
  }

  /** Members of an object that are texts, with their keys as they came; others are left out. */
  namedTexts(name: string): readonly { readonly key: string; readonly value: string }[] {
    const object = this.#values.get(name) ?? {};
    if (!isObject(object)) throw this.#malformed(name, 'an object');
    return Object.entries(object).flatMap(([key, value]) =>
      typeof value === 'string' ? [{ key, value }] : [],
    );
  }

  object(name: string): RequestFields {
    const value = this.#values.get(name) ?? {};
    if (!isObject(value)) throw this.#malformed(name, 'an object');
    return new RequestFields(value, `${this.#path}${name}.`);
  }

  #malformed(name: string, expected: string): BrokerError {
    return malformed(`field ${this.#path}${name} has to be ${expected}`);
  }
}

/** Reads the payload of a request: a JSON object, or null for one without fields. */
export function readFields(payload: Uint8Array): RequestFields {
  if (payload.length === 0) throw malformed('the request is empty, a JSON object is expected');
  let value: unknown;
  try {
    value = JSON.parse(decodeUtf8(payload));
  } catch {
    throw malformed('the request is not valid JSON');
  }
  if (value !== null && !isObject(value)) throw malformed('the request has to be a JSON object');
  return new RequestFields(value ?? {});
}

/** The same for a request whose payload may be left out. */
export function readOptionalFields(payload: Uint8Array): RequestFields {
  return payload.length === 0 ? new RequestFields({}) : readFields(payload);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function malformed(problem: string): BrokerError {
  return new BrokerError('REQUEST_MALFORMED', { problem });
}
