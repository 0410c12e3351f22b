import { Dice, readWire, WireFrames } from '../../support/index.ts';
import type { WireCommand, WireFrameOptions } from '../../support/index.ts';
import { connectLine } from './conversation.ts';

/** What one client of the fuzz test sends, and what has to come back. */
export interface FuzzStream {
  readonly chunks: readonly Uint8Array[];
  /** Frames behind CONNECT that the broker reads. */
  readonly frameCount: number;
  readonly pongCount: number;
  /** How the broker ends it: undefined when the sender does, else what it says, if it says anything. */
  readonly end: { readonly text: string | undefined } | undefined;
}

/** The bounds of the broker under test. */
export const fuzzLimits = { controlLineBytesMax: 4096, payloadBytesMax: 4096 };

/** wire-protocol.md 1.1, said once more by the test. */
const lastWords: Readonly<Record<string, string | undefined>> = {
  'connect-expected': "'Authorization Violation'",
  'unknown-operation': "'Unknown Protocol Operation'",
  'control-line-too-long': "'maximum control line exceeded'",
  'payload-too-large': "'Maximum Payload Violation'",
  'invalid-subject': "'Invalid Subject'",
  'malformed-arguments': undefined,
  'payload-end-missing': "'Unknown Protocol Operation'",
};

const requests = ['station', 'producer', 'consumer'].flatMap((what) => [
  `$memphis_${what}_creations`,
  `$memphis_${what}_destructions`,
]);
const subjects = [
  ...[
    'fuzz.a',
    'fuzz.b.c',
    'größe.日本',
    'fuzz$1.final',
    'fuzz$2.final',
    'fuzz$0.final',
    'other$1.final',
  ],
  ...requests,
  ...['creations', 'attachments', 'detachments'].map((what) => `$memphis_schema_${what}`),
  ...['pm_acks', 'nacked_dls', 'schemaverse_dls', 'notifications'].map(
    (what) => `$memphis_${what}`,
  ),
  ...['INFO', 'STREAM.NAMES', 'STREAM.INFO.fuzz$1', 'CONSUMER.INFO.fuzz$1.g'].map(
    (request) => `$JS.API.${request}`,
  ),
  ...['fuzz$1.g', 'fuzz$2.g', 'other$1.g'].map((place) => `$JS.API.CONSUMER.MSG.NEXT.${place}`),
  ...['1.1.1.1000000.0', '2.2.2.1000000.0', '1.x'].map((tail) => `$JS.ACK.fuzz$1.g.${tail}`),
];
const payloads = [
  '{"name":"fuzz","retention_type":"messages","retention_value":100,"partitions_number":2}',
  '{"name":"other","station_name":"other","partitions_number":1,"storage_type":"memory"}',
  '{"name":"g","station_name":"fuzz","consumers_group":"g","max_ack_time_ms":50,"max_msg_deliveries":2,"req_version":4}',
  '{"name":"p","station_name":"fuzz","producer_type":"application","req_version":4}',
  '{"batch":5,"expires":50000000,"idle_heartbeat":10000000}',
  '{"batch":2,"no_wait":true}',
  '{"batch":1,"expires":1000000000}',
  '{"id":1,"cg_name":"g"}',
  '{"station_name":"fuzz","error":"e","partition":0,"cg_name":"G","seq":1}',
  '+ACK',
  '-NAK {"delay":1000000}',
  '+TERM',
  '+NXT {"batch":3}',
  '{',
  '[[[[',
].map((text) => Buffer.from(text));

/** One client in three sends little that is right; the others talk long and go wrong now and then. */
const moods: readonly (WireFrameOptions & { readonly framesMax: number })[] = [
  { framesMax: 20, mutatedPercent: 30, hostilePercent: 30 },
  { framesMax: 200, mutatedPercent: 1, hostilePercent: 1 },
  { framesMax: 200, mutatedPercent: 2, hostilePercent: 0 },
];

/** The stream of client number `index` under a seed; the same every time. */
export function fuzzStream(seed: number, index: number, password: string): FuzzStream {
  const dice = new Dice(Math.imul(seed, 0x9e3779b1) + index);
  const { framesMax, ...mood } = dice.pick(moods);
  const frames = new WireFrames(dice.below(2 ** 31), {
    ...fuzzLimits,
    ...mood,
    subjects,
    payloads,
  });
  const wanted = 1 + dice.below(framesMax);

  const greeting = Buffer.from(connectLine(password));
  let stream = greeting;
  let frameCount = 0;
  let isInStep = true;
  let commands: readonly WireCommand[] = [];
  while (frameCount < wanted) {
    const frame = frames.next();
    stream = Buffer.concat([stream, frame.bytes]);
    frameCount += 1;
    isInStep &&= frame.kind === 'valid';
    if (isInStep && frameCount < wanted) continue; // nothing that could end it: the model can wait
    commands = readWire(stream, fuzzLimits);
    if (commands.at(-1)?.[0] === 'error') break;
    // A changed frame may be valid, or swallow the next ones: does a command behind it count?
    const probed = readWire(Buffer.concat([stream, Buffer.from('PING\r\n')]), fuzzLimits);
    isInStep = probed.length === commands.length + 1;
  }
  const last = commands.at(-1);
  return {
    // CONNECT in one piece: the broker waits two seconds for it, which a busy machine may take to
    // send the next. Cut ones are in refusals.test.ts.
    chunks: [greeting, ...frames.split(stream.subarray(greeting.length), 6)],
    frameCount,
    pongCount: commands.filter(([kind]) => kind === 'PING').length,
    end: last?.[0] === 'error' ? { text: lastWords[last[1]] } : undefined,
  };
}
