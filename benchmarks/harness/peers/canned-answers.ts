const partitions = { partitions_update: { partitions_list: [1] } };
const schema = {
  schema_update: {
    schema_name: '',
    active_version: {
      version_number: 0,
      descriptor: '',
      schema_content: '',
      message_struct_name: '',
    },
    type: '',
  },
};
const answers: Readonly<Record<string, string>> = {
  $memphis_producer_creations: JSON.stringify({
    ...schema,
    ...partitions,
    schemaverse_to_dls: true,
    send_notification: false,
    station_version: 2,
    station_partitions_first_functions: {},
    error: '',
  }),
  $memphis_consumer_creations: JSON.stringify({ ...schema, ...partitions, error: '' }),
};

/** The least that satisfies a client which asks for something to be created or described. */
export function cannedAnswer(subject: string): string {
  return answers[subject] ?? (subject.startsWith('$JS.API.') ? '{"streams":0,"consumers":0}' : '');
}

/** Description of a group, with the one number that the load client looks at. */
export function cannedGroup(stream: string, group: string, pendingCount: number): string {
  return JSON.stringify({
    type: 'io.nats.jetstream.api.v1.consumer_info_response',
    stream_name: stream,
    name: group,
    created: '2026-01-01T00:00:00Z',
    config: { durable_name: group, ack_policy: 'explicit' },
    num_pending: pendingCount,
  });
}

/** First thing on a new connection. */
export const cannedInfo = JSON.stringify({
  server_id: 'answering',
  server_name: 'answering',
  version: '2.10.7',
  proto: 1,
  headers: true,
  max_payload: 1_048_576,
  jetstream: true,
});
