import { randomUUID } from 'node:crypto';

/** What speaks at the other end: it decides the handful of request names, and nothing else. */
export type PeerKind = 'thebes' | 'jetstream' | 'answering';

/** One question to the server. */
export interface Request {
  readonly subject: string;
  readonly payload: string;
}

/** Name of the stream behind the only partition that benchmark stations have. */
export function streamName(station: string): string {
  return `${station}$1`;
}

/** Subject that messages of the station are published to, at both peers. */
export function messageSubject(station: string): string {
  return `${streamName(station)}.final`;
}

/** Subject that takes pull requests of a group, at both peers. */
export function pullSubject(station: string, group: string): string {
  return `$JS.API.CONSUMER.MSG.NEXT.${streamName(station)}.${group}`;
}

/** Question for the state of a group, at both peers. */
export function groupInfoRequest(station: string, group: string): Request {
  return { subject: `$JS.API.CONSUMER.INFO.${streamName(station)}.${group}`, payload: '' };
}

/** Creates a station with one partition that keeps everything for the length of a benchmark. */
export function stationCreation(kind: PeerKind, station: string): Request {
  if (kind === 'jetstream') {
    const name = streamName(station);
    return {
      subject: `$JS.API.STREAM.CREATE.${name}`,
      payload: JSON.stringify({
        name,
        subjects: [`${name}.>`],
        retention: 'limits',
        storage: 'file',
        discard: 'old',
        num_replicas: 1,
        max_consumers: -1,
        max_msgs: -1,
        max_bytes: -1,
        max_age: retentionSeconds * 1e9,
        duplicate_window: 120e9,
      }),
    };
  }
  return {
    subject: '$memphis_station_creations',
    payload: JSON.stringify({
      name: station,
      retention_type: 'message_age_sec',
      retention_value: retentionSeconds,
      storage_type: 'file',
      replicas: 1,
      idempotency_window_in_ms: 120_000,
      schema_name: '',
      dls_configuration: { poison: true, Schemaverse: true },
      username: 'root',
      tiered_storage_enabled: false,
      partitions_number: 1,
      dls_station: '',
    }),
  };
}

/** Creates a durable group that starts at the first message; the same limits at both peers. */
export function groupCreation(kind: PeerKind, station: string, group: string): Request {
  if (kind === 'jetstream') {
    const stream = streamName(station);
    return {
      subject: `$JS.API.CONSUMER.DURABLE.CREATE.${stream}.${group}`,
      payload: JSON.stringify({
        stream_name: stream,
        config: {
          durable_name: group,
          deliver_policy: 'all',
          ack_policy: 'explicit',
          ack_wait: 30e9,
          max_deliver: 10,
          filter_subject: messageSubject(station),
          replay_policy: 'instant',
          max_waiting: 512,
          max_ack_pending: -1,
        },
      }),
    };
  }
  return {
    subject: '$memphis_consumer_creations',
    payload: JSON.stringify({
      name: group,
      station_name: station,
      connection_id: randomUUID(),
      consumer_type: 'application',
      consumers_group: group,
      max_ack_time_ms: 30_000,
      max_msg_deliveries: 10,
      start_consume_from_sequence: 1,
      last_messages: -1,
      req_version: 4,
      username: 'root',
      app_id: randomUUID(),
      sdk_lang: 'node.js',
    }),
  };
}

/** Throws when the answer to a creation is a refusal, in whichever of the three shapes it comes. */
export function assertCreated(request: Request, answer: string): void {
  if (answer === '') return;
  const parsed: unknown = answer.startsWith('{') ? JSON.parse(answer) : { error: answer };
  const error = (parsed as { error?: unknown }).error;
  if (error === undefined || error === '') return;
  throw new Error(`${request.subject} was refused: ${answer}`);
}

const retentionSeconds = 86_400;
