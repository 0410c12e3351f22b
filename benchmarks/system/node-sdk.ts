import { peerNames, takeRounds } from '../harness/index.ts';
import type { Row, SdkJob, SdkOutcome } from '../harness/index.ts';

const { ceiling } = peerNames;
const rate = 'messages';

interface Load {
  readonly id: string;
  readonly title: string;
  readonly job: 'sdkProduceOneByOne' | 'sdkProduceAsync' | 'sdkFetch';
  readonly count: 'oneByOneCount' | 'manyCount';
}

/**
 * The published Memphis Node SDK as the client. The budget compares with a Memphis 1.4.4 server, of
 * which none can be had here. So these rows print figures, and beside them what the SDK itself
 * reaches against a socket that only answers.
 */
export const nodeSdkRows: readonly Row[] = [
  sdkRow({
    id: 'sdk-produce',
    title: 'Memphis Node SDK, produce one by one',
    job: 'sdkProduceOneByOne',
    count: 'oneByOneCount',
  }),
  sdkRow({
    id: 'sdk-produce-async',
    title: 'Memphis Node SDK, produce asynchronously',
    job: 'sdkProduceAsync',
    count: 'manyCount',
  }),
  sdkRow({
    id: 'sdk-fetch',
    title: 'Memphis Node SDK, fetch and ack, batch 500',
    job: 'sdkFetch',
    count: 'manyCount',
  }),
];

function sdkRow(load: Load): Row {
  return {
    id: load.id,
    title: load.title,
    baselines: [ceiling],
    demands: [],
    async measure(context, peers) {
      const { preset } = context;
      const { values, facts } = await takeRounds(context, peers, {
        sampleCount: preset.sampleCount,
        warmUpRoundCount: preset.warmUpRoundCount,
        async sample({ address, peer }, process, station) {
          const job: SdkJob = {
            address,
            kind: peer.kind,
            station,
            payloadBytes: 128,
            messageCount: preset.sdk[load.count],
          };
          const outcome: SdkOutcome = await process.run(load.job, job);
          return { value: outcome.messagesPerSecond, facts: { stored: outcome.storedCount } };
        },
      });
      return {
        quantities: [{ name: rate, unit: 'messages/s', samples: values }],
        facts,
        remarks: [
          'Absolute numbers: no Memphis 1.4.4 server can be had here to compare with (budget: ≥ 0.9 × its numbers, ≥ 0.3 × for produce one by one).',
        ],
      };
    },
  };
}
