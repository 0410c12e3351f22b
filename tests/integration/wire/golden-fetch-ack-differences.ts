import {
  groupsHaveBothNames,
  groupsHaveNoLastActive,
  streamsAreStations,
  streamsHaveNoLeader,
} from './golden-fields.ts';
import type { FieldDifference } from './golden-fields.ts';
import type { FetchAckStep } from './golden-fetch-ack.ts';
import type { Deviation } from './golden-replay.ts';

/** What tells a step from all others: some have the words of another. */
export function nameOf({ step, subject = '' }: FetchAckStep): string {
  return step === 'its CONSUMER.INFO' ? subject : step;
}

/** In what our answers differ wherever it occurs. */
export const fields: readonly FieldDifference[] = [
  groupsHaveBothNames,
  groupsHaveNoLastActive,
  streamsAreStations,
  streamsHaveNoLeader,
  {
    reason:
      'what lies before the start of a group is none of its business, so nothing there is left to ack',
    change(group) {
      const { delivered, ack_floor: floor } = group as Record<string, Place | undefined>;
      const hasBegunLater = delivered?.consumer_seq === 0 && delivered.stream_seq > 0;
      return hasBegunLater && floor?.stream_seq === 0
        ? { ...group, ack_floor: { ...floor, stream_seq: delivered.stream_seq } }
        : undefined;
    },
  },
];

interface Place {
  readonly consumer_seq: number;
  readonly stream_seq: number;
}

const gone: Deviation = {
  answer: [expect.objectContaining({ headers: 'NATS/1.0 503\r\n\r\n' })],
  reason: 'the old server was silent; a 503 ends the fetch at once (wire-protocol.md 3.5)',
};

const noGroup =
  'with one partition, the old server said that it was created, and created none (wire-protocol.md 5.2)';

/** A group of which nothing was delivered yet. */
function untouchedGroup(name: string, startsBehind: number, undeliveredCount: number): object {
  return expect.objectContaining({
    name,
    delivered: { consumer_seq: 0, stream_seq: startsBehind },
    num_pending: undeliveredCount,
  }) as object;
}

/** Steps that we answer in another way on purpose. */
export const deviations: Readonly<Record<string, Deviation>> = {
  'unknown group': gone,
  'unknown stream': gone,
  'bad JSON': {
    answer: [
      expect.objectContaining({
        headers: expect.stringMatching(/^NATS\/1\.0 400 Bad Request - /) as string,
      }),
    ],
    reason: 'what is wrong is told in our own words',
  },
  'CONSUMER.INFO afterwards': {
    answer: expect.objectContaining({
      delivered: { consumer_seq: 7, stream_seq: 4 },
      ack_floor: { consumer_seq: 7, stream_seq: 4 },
      num_ack_pending: 0,
      num_redelivered: 0,
      num_pending: 0,
    }) as object,
    reason: 'what may not be delivered any more is a dead letter, and settled',
  },
  '$JS.API.CONSUMER.INFO.fl$1.last3': { answer: untouchedGroup('last3', 5, 3), reason: noGroup },
  'messages group last3 gets': { answer: ['s6', 's7', 's8'], reason: noGroup },
  '$JS.API.CONSUMER.INFO.fl$1.last50': { answer: untouchedGroup('last50', 0, 8), reason: noGroup },
  'messages group last50 gets': {
    answer: ['s1', 's2', 's3', 's4', 's5', 's6', 's7', 's8'],
    reason: noGroup,
  },
  'group x acked: state': {
    answer: {
      messages: 1,
      bytes: 100,
      first_seq: 2,
      first_ts: '<time>',
      last_seq: 2,
      last_ts: '<time>',
      num_subjects: 1,
      consumer_count: 2,
    },
    reason: 'bytes are those of headers and payloads, without what storing them costs',
  },
  'CONSUMER.INFO for a bare station name': {
    answer: expect.objectContaining({ stream_name: 'fa1$1', name: 'g' }) as object,
    reason:
      'the Node SDK asks so for stations in upper case, and would not find them (wire-protocol.md 7.2)',
  },
};
