import { peerNames, takeRounds, times } from '../harness/index.ts';
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
        async sample({ address, peer }, process, station) {
          const outcome = await process.run('fetchAck', {
            address,
            kind: peer.kind,
            station,
            payloadBytes: 128,
            messageCount: preset.fetch.messageCount,
            batchCount: preset.fetch.batchCount,
            confirmed: load.confirmed,
          });
          const { messagesPerSecond, ...counts } = outcome;
          return { value: messagesPerSecond, facts: counts };
        },
      });
      return {
        quantities: [{ name: rate, unit: 'messages/s', samples: values }],
        facts,
        remarks: [],
      };
    },
  };
}
