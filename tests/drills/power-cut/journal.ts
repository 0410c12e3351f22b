import { Dice } from '../../support/index.ts';
import type { StationPlan } from '../client/requests.ts';

/** One thing that the load asked the broker for. Its place in the journal is its id. */
export type Operation =
  | { readonly kind: 'create-station'; readonly station: string }
  | { readonly kind: 'create-group'; readonly station: string; readonly group: string }
  | {
      readonly kind: 'publish';
      readonly station: string;
      readonly partition: number;
      readonly payloadBytes: number;
      readonly messageId?: string;
      /** The publish that this one says again, as a producer does that got no answer. */
      readonly repeats?: number;
    }
  | {
      readonly kind: 'settle';
      readonly station: string;
      readonly partition: number;
      readonly group: string;
      readonly sequence: number;
    }
  /** Asked for before a station is destroyed: as long as it has no answer, the station is whole. */
  | { readonly kind: 'announce-destruction'; readonly station: string }
  | { readonly kind: 'destroy-station'; readonly station: string };

export type Publish = Extract<Operation, { kind: 'publish' }>;

/** What the load asked for, in the order in which it asked. */
export interface Journal {
  readonly stations: readonly StationPlan[];
  readonly operations: readonly Operation[];
}

/** Answers to operations come on this subject and the operation's id. */
export const answerPrefix = '_INBOX.drill.';

/** The header that names the publish of a message. */
export const operationHeader = 'operation';

/** Made from the id, so that no two messages share a sector and none has to be kept for comparing. */
export function payloadOf(id: number, byteCount: number): Buffer {
  const payload = Buffer.alloc(byteCount);
  const dice = new Dice(id);
  let offset = 0;
  for (; offset + 4 <= byteCount; offset += 4) payload.writeUInt32LE(dice.below(2 ** 32), offset);
  for (; offset < byteCount; offset += 1) payload[offset] = dice.below(256);
  return payload;
}
