import { decodeUtf8Strict } from '../../foundation/index.ts';

/** What a client says of itself with CONNECT (wire-protocol.md 1.3). */
export interface ConnectRequest {
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly token: string | undefined;
  /** `<connection id>::<user>` of a Memphis SDK, anything else of a plain client. */
  readonly name: string | undefined;
  readonly language: string;
  /** Wants `+OK` for each command. */
  readonly verbose: boolean;
  /** Wants its own messages too, where it subscribes to them. */
  readonly echo: boolean;
  /** Understands HMSG. */
  readonly headers: boolean;
  /** Wants to hear at once that nobody listens. */
  readonly noResponders: boolean;
}

/** Reads the JSON behind CONNECT; undefined when it is broken or a field has the wrong type. */
export function parseConnect(json: Uint8Array): ConnectRequest | undefined {
  const fields = parseObject(json);
  if (fields === undefined) return undefined;
  const texts = ['user', 'pass', 'auth_token', 'name', 'lang'] as const;
  const flags = ['verbose', 'echo', 'headers', 'no_responders'] as const;
  if (texts.some((field) => !isOptional(fields[field], 'string'))) return undefined;
  if (flags.some((field) => !isOptional(fields[field], 'boolean'))) return undefined;
  return {
    user: textOf(fields['user']),
    password: textOf(fields['pass']),
    token: textOf(fields['auth_token']),
    name: textOf(fields['name']),
    language: textOf(fields['lang']) ?? '',
    verbose: fields['verbose'] !== false, // missing counts as true (observed)
    echo: fields['echo'] !== false,
    headers: fields['headers'] === true,
    noResponders: fields['no_responders'] === true,
  };
}

function parseObject(json: Uint8Array): Record<string, unknown> | undefined {
  const text = decodeUtf8Strict(json, 0, json.length);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined; // JSON.parse fails in one way only
  }
}

function isOptional(value: unknown, type: 'string' | 'boolean'): boolean {
  return value === undefined || value === null || typeof value === type;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
