import type { DeadLetter } from '../../../broker/src/core/dead-letters/index.ts';
import type { Deviation } from './golden-replay.ts';

/** As the dead letters' producer calls its connection; the transcript says `<uuid>`. */
export const connectionId = '11111111-2222-4333-8444-555555555555';

/** A message of the transcript, or one of ours. */
export interface ShownMessage {
  readonly line: string;
  readonly headers: string;
  readonly payload: string;
}

/** A message without what differs from run to run: sids, times, ids, and the order of headers that were added. */
export function shown({ line, headers, payload }: ShownMessage): object {
  const [, subject = '', , ...more] = line.split(/ +/);
  const [status, ...lines] = headers
    .replaceAll(connectionId, '<uuid>')
    .replace(/(\$memphis_pm_id): \d+/, '$1: <id>')
    .trimEnd()
    .split('\r\n');
  return {
    subject: subject.replace(/^_INBOX\..*/, '_INBOX.<id>'),
    reply: more.length === 3 ? more[0]?.replace(/\.\d{13,}\./, '.<time>.') : undefined,
    headers: [status, ...lines.sort()],
    payload,
  };
}

/** A dead letter as the old management API showed one. */
export function record({ sequence, message, headerBytes }: DeadLetter): object {
  const bytes = Buffer.from(message);
  const lines = bytes.toString('utf8', 0, headerBytes).trimEnd().split('\r\n').slice(1);
  const headers = lines.map((line) => line.replace(connectionId, '<uuid>').split(': '));
  return {
    message_seq: sequence,
    id: '<id>',
    message: {
      time_sent: '<time>',
      size: bytes.length,
      data: bytes.toString('hex', headerBytes),
      headers: Object.fromEntries(headers.sort()) as object,
    },
  };
}

/** Records of the transcript without their ids. */
export function recordedView(view: object): object {
  return Object.fromEntries(
    Object.entries(view).map(([key, value]: [string, unknown]) => [
      key,
      Array.isArray(value) ? value.map((each: object) => ({ ...each, id: '<id>' })) : value,
    ]),
  );
}

const byP1 = { $memphis_connectionId: '<uuid>', $memphis_producedBy: 'p1' };
const poisonMe = recordOf(1, 'poison-me', 113, { ...byP1, k: 'v' });
const twoGroups = recordOf(2, 'two-groups', 108, byP1);
const n1 = recordOf(1, 'n1', 100, byP1);
const n2 = recordOf(2, 'n2', 100, byP1);

/** Steps that end in another way than with the old server, and why. */
export const deadLetterDeviations: Readonly<Record<string, Deviation>> = {
  '1.3 s after the only delivery (ack time 1 s, 1 delivery), nobody pulled again': {
    answer: view([poisonMe]),
    reason:
      'it is one when its ack timeout ends, whether anybody pulls or not (wire-protocol.md 5.3)',
  },
  'resend (management API)': {
    answer: [
      {
        subject: '$memphis_dls_dq1.g#x',
        headers: [
          'NATS/1.0',
          '$memphis_connectionId: <uuid>',
          '$memphis_pm_cg_name: g.x',
          '$memphis_pm_id: <id>',
          '$memphis_producedBy: $memphis_dls',
          'k: v',
        ],
        payload: 'poison-me',
      },
    ],
    reason:
      'not sent to the subject of older SDKs too, which none of ours reads (wire-protocol.md 2.18)',
  },
  'record after an ack for a group not in the list': {
    answer: view([poisonMe]),
    reason: 'the old server removed it for whoever acked (wire-protocol.md 2.13)',
  },
  'message poisoned by both groups (h also poisons the first message)': {
    answer: view([twoGroups, poisonMe, twoGroups]),
    reason: 'one record per group (wire-protocol.md 5.4)',
  },
  'records: g/seq 1 and CG.Go/seq 2': bothGroups(),
  'records afterwards': bothGroups(),
  'dq2 at the end': bothGroups(),
  'schema records': {
    answer: view(
      [],
      [
        recordOf(0, Buffer.from([0xab, 0x0c]), 39, { $memphis_producedBy: 'p1' }),
        recordOf(0, 'bad body', 112, { ...byP1, u: '1' }),
      ],
    ),
    reason:
      'half a byte is read as a byte; sizes count headers, as those of other records do, and they name the producer',
  },
  'ack_based station, only group: +TERM then nacked_dls on the same socket': {
    answer: view([recordOf(1, 'a1', 100, byP1)]),
    reason: 'the old server had removed the message before its report came (wire-protocol.md 5.5)',
  },
};

function bothGroups(): Deviation {
  return {
    answer: view([n2, n1]),
    reason: 'the old server did not know the group as the Go SDK writes it (wire-protocol.md 2.14)',
  };
}

function view(poison: readonly object[], schema: readonly object[] = []): object {
  return { poison, schema, functions: [], total: poison.length + schema.length };
}

function recordOf(
  sequence: number,
  payload: string | Buffer,
  size: number,
  headers: object,
): object {
  const data = Buffer.from(payload).toString('hex');
  return {
    message_seq: sequence,
    id: '<id>',
    message: { time_sent: '<time>', size, data, headers },
  };
}
