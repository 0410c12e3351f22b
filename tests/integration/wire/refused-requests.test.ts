import { catalogue } from '../../../broker/src/core/errors/index.ts';
import type { ErrorCode } from '../../../broker/src/core/errors/index.ts';
import { startFront } from './front.ts';
import { createStation } from './stations.ts';

const client = {
  name: 'somebody',
  station_name: 'st',
  connection_id: 'connection-1',
  username: 'root',
  app_id: 'app-1',
  sdk_lang: 'node.js',
};
const producer = { ...client, producer_type: 'application', req_version: 4 };
const consumer = {
  ...client,
  consumer_type: 'application',
  consumers_group: 'somebody',
  max_ack_time_ms: 30_000,
  max_msg_deliveries: 3,
  start_consume_from_sequence: 1,
  last_messages: -1,
  req_version: 4,
};

interface Refusal {
  readonly code: ErrorCode;
  readonly subject: string;
  readonly request: object;
  /** Whether the station is there. */
  readonly exists: boolean;
}

const producers = '$memphis_producer_creations';
const consumers = '$memphis_consumer_creations';
const refusals: readonly Refusal[] = [
  {
    code: 'PRODUCER_TYPE',
    subject: producers,
    request: { ...producer, producer_type: 'robot' },
    exists: true,
  },
  {
    code: 'SDK_TOO_OLD_TO_PRODUCE',
    subject: producers,
    request: { ...producer, req_version: 1 },
    exists: true,
  },
  {
    code: 'SDK_TOO_OLD_TO_CREATE',
    subject: producers,
    request: { ...producer, req_version: 1 },
    exists: false,
  },
  {
    code: 'CONSUMER_TYPE',
    subject: consumers,
    request: { ...consumer, consumer_type: 'robot' },
    exists: true,
  },
  {
    code: 'SDK_TOO_OLD_TO_CONSUME',
    subject: consumers,
    request: { ...consumer, req_version: 1 },
    exists: true,
  },
  {
    code: 'SDK_TOO_OLD_TO_CREATE',
    subject: consumers,
    request: { ...consumer, req_version: 1 },
    exists: false,
  },
  {
    code: 'SCHEMA_FORMAT',
    subject: '$memphis_schema_creations',
    request: { name: 'shape', type: 'foo', schema_content: '{}' },
    exists: false,
  },
];

/** The longest fixed part of the text that a client is told. */
function fixedText(code: ErrorCode): string {
  const entry: { wire?: string; what: string } = catalogue[code];
  const parts = (entry.wire ?? entry.what).split(/\{\w+\}/);
  return parts.reduce((longest, part) => (part.length > longest.length ? part : longest));
}

describe('A request that is refused', () => {
  test.each(refusals)(
    'is answered with the text of $code: $subject (station exists: $exists)',
    async ({ code, subject, request, exists }) => {
      const front = await startFront();
      const raw = await front.connect();
      if (exists) await createStation(raw, 'st');
      const { payload } = await raw.request(subject, request);
      // Some requests are answered in JSON, which quotes the text.
      expect(payload).toContain(JSON.stringify(fixedText(code)).slice(1, -1));
      expect(front.services.stations.find('st') !== undefined).toBe(exists);
    },
  );
});
