/** What the catalogue says of one error. `{name}` stands for a detail given where it is raised. */
export interface CatalogueEntry {
  readonly httpStatus: number;
  /** Whether the same call may work later without being changed. */
  readonly retryable: boolean;
  /** What happened, in the caller's words. */
  readonly what: string;
  /** What was received; empty where the first part says it. */
  readonly received: string;
  readonly accepted: string;
  readonly next: string;
  /** The text that Memphis SDKs are answered, where they expect a certain one (wire-protocol.md 2). */
  readonly wire?: string;
}

/** Every error that a caller can meet. Codes are never renamed and never used again for something else. */
export const catalogue = {
  STATION_NOT_FOUND: {
    httpStatus: 404,
    retryable: false,
    what: 'Station {station} does not exist',
    received: '',
    accepted: 'the name of an existing station and one of its partitions',
    next: 'create the station first',
    wire: 'Station {station} does not exist',
  },
  STATION_EXISTS: {
    httpStatus: 409,
    retryable: false,
    what: 'Station {station} already exists',
    received: '',
    accepted: 'a name that no station has',
    next: 'use the existing station, or choose another name',
    wire: 'Station {station} already exists',
  },
  STORE_REFUSED: {
    httpStatus: 507,
    retryable: true,
    what: 'The message was not stored: the store refused it ({cause})',
    received: '',
    accepted: 'messages, while the disk has room',
    next: 'free disk space or shorten retention, then publish again',
    wire: 'insufficient resources',
  },
  STORE_FAILED: {
    httpStatus: 500,
    retryable: true,
    what: 'The message was not stored: writing to disk failed ({cause})',
    received: '',
    accepted: 'messages, while the disk works',
    next: 'look at the broker log and the disk; publish again when the broker is back',
    wire: 'insufficient resources',
  },
  BROKER_STOPPING: {
    httpStatus: 503,
    retryable: true,
    what: 'The broker is stopping',
    received: '',
    accepted: 'requests, while the broker runs',
    next: 'connect again and repeat the request',
  },
} as const satisfies Record<string, CatalogueEntry>;

/** Names an error for good. */
export type ErrorCode = keyof typeof catalogue;
