import { ManualTime } from '../../support/manual-time.ts';
import { startFront } from './front.ts';
import type { Front } from './front.ts';
import type { RawClient } from './raw-client.ts';
import { createConsumer, createStation, produce } from './stations.ts';

/** From the end of a pull to its 408, as the front of the tests is told. */
export const graceMs = 15;

export interface Scene {
  readonly time: ManualTime;
  readonly front: Front;
  readonly client: RawClient;
}

/** A station `s` with a group `g` on one partition, and messages in it. */
export async function scene(
  payloads: readonly string[] = [],
  settings: object = {},
): Promise<Scene> {
  const time = new ManualTime();
  const front = await startFront({ time });
  const client = await front.connect();
  await createStation(client, 's');
  await createConsumer(client, 's', 'g', settings);
  await produce(client, 's$1', payloads);
  return { time, front, client };
}

/** Sends a pull whose answers go to sid and inbox of the same name. */
export function pull(client: RawClient, name: string, body: unknown, group = 's$1.g'): void {
  client.subscribe(`_INBOX.${name}`, name);
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  client.publish(`$JS.API.CONSUMER.MSG.NEXT.${group}`, text, { reply: `_INBOX.${name}` });
}

/** What came for a pull: payloads of messages, first lines of statuses. */
export async function answers(
  { time, client }: Omit<Scene, 'front'>,
  name: string,
): Promise<string[]> {
  await client.flush();
  await time.settled();
  await client.flush();
  return client
    .messages(name)
    .map(({ subject, payload, headers }) =>
      subject === `_INBOX.${name}` ? (headers.split('\r\n')[0] ?? '') : payload,
    );
}

export const timeout = 'NATS/1.0 408 Request Timeout';
export const heartbeat = 'NATS/1.0 100 Idle Heartbeat';

/** What the broker says of the group. */
export function consumerInfo(client: RawClient): Promise<Record<string, unknown>> {
  return client.requestJson('$JS.API.CONSUMER.INFO.s$1.g');
}
