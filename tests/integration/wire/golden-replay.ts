import type { NewUser } from '../../../broker/src/core/users/index.ts';
import type { FieldDifference } from './golden-fields.ts';
import type { ConnectFields } from './raw-client.ts';

/** How we answer a recorded step in another way, and why. */
export interface Deviation {
  readonly answer: unknown;
  /** The header block of the answer; not compared where it is left out. */
  readonly headers?: string;
  readonly reason: string;
}

/** Steps that are not sent again, and why. */
export interface LeftOut {
  readonly steps: RegExp;
  readonly reason: string;
}

/** Who sends the steps whose words are these. */
export interface Speaker {
  readonly steps: RegExp;
  connect(connectionId: string): ConnectFields;
}

/** A transcript of requests, and what has to be known to send it again. */
export interface Replay {
  readonly file: string;
  /** As the tally calls it; the file's name unless told otherwise. */
  readonly area?: string;
  /** How the installation of the transcript let clients in; by passwords unless told otherwise. */
  readonly connectionToken?: string;
  readonly users?: readonly NewUser[];
  /** The first that fits; other steps are sent by a connection of root. */
  readonly speakers?: readonly Speaker[];
  /** Stations that it made in other ways than on the wire. */
  readonly stations?: readonly object[];
  /** What was sent before the first step. */
  readonly start?: readonly [subject: string, request: unknown, headers?: string][];
  /** Steps that need something done first, as the transcript did beside the wire. */
  readonly before?: Readonly<Record<string, [subject: string, request: object]>>;
  readonly leftOut?: readonly LeftOut[];
  /** In what our answers differ wherever it occurs. */
  readonly fields?: readonly FieldDifference[];
  /** Steps that we answer in another way on purpose. */
  readonly deviations: Readonly<Record<string, Deviation>>;
}
