import { waitUntil } from '../../support/index.ts';
import type { SdkClient, SdkReceived } from './sdk-client.ts';

/** Fetches until so many messages have come. */
export async function fetchUntil(
  client: SdkClient,
  station: string,
  consumer: string,
  count: number,
): Promise<SdkReceived[]> {
  const messages: SdkReceived[] = [];
  await waitUntil(
    async () => {
      messages.push(...(await client.fetch(station, consumer, count - messages.length)));
      return messages.length >= count;
    },
    { what: `${count} messages`, timeoutMs: 30_000 },
  );
  return messages;
}

/** The payloads of messages, in their order. */
export function texts(messages: readonly SdkReceived[]): string[] {
  return messages.map(({ text }) => text);
}
