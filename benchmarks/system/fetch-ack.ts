import {
  peerNames,
  rateQuantities,
  takeRounds,
  times,
  withProcessorTime,
} from '../harness/index.ts';
import type { Row } from '../harness/index.ts';

const { ceiling, jetStream } = peerNames;
const rate = 'fetched and acked';

/** A durable group that fetches what is stored and acks it. */
export const fetchAckRows: readonly Row[] = [
  fetchAckRow({
    id: 'fetch-ack-plain',
    title: 'fetch and ack 128 B, batch 500, plain acks',
    confirmed: false,
  }),
  fetchAckRow({
    id: 'fetch-ack-confirmed',
    title: 'fetch and ack 128 B, batch 500, every ack confirmed',
    confirmed: true,
  }),
];

function fetchAckRow(load: { id: string; title: string; confirmed: boolean }): Row {
  return {
    id: load.id,
    title: load.title,
    baselines: [jetStream, ceiling],
    demands: times(rate, jetStream, { must: 0.8, goal: 1.2 }),
    async measure(context, peers) {
      const { preset } = context;
      const { values, facts } = await takeRounds(context, peers, {
        sampleCount: preset.sampleCount,
        warmUpRoundCount: preset.warmUpRoundCount,
        async sample({ address, peer, process }, client, station) {
          const { messageCount, batchCount } = preset.fetch;
          const target = { address, kind: peer.kind, station, group: 'readers', payloadBytes: 128 };
          const span = { count: messageCount };
          await client.run('publish', { ...target, publisherCount: 1, window: 4096, span });
          const job = { ...target, messageCount, batchCount, confirmed: load.confirmed };
          const { outcome, processorMicroseconds } = await withProcessorTime(
            process,
            async () => client.run('fetchAck', job),
            ({ receivedCount }) => receivedCount,
          );
          const { messagesPerSecond, ...counts } = outcome;
          return { value: { messagesPerSecond, processorMicroseconds }, facts: counts };
        },
      });
      return { quantities: rateQuantities(rate, values), facts, remarks: [] };
    },
  };
}
