import { startFront } from './front.ts';
import type { Front } from './front.ts';
import { goldenRecords, isSame, parsed, requestText } from './golden.ts';
import type { GoldenStep } from './golden.ts';
import type { Deviation } from './golden-replay.ts';
import { GoldenTally } from './golden-tally.ts';
import type { RawClient } from './raw-client.ts';
import { createStation } from './stations.ts';

// Goal: what the server says of its own accord comes when it came from the old server, and in the same form.
// Method: the transcript is gone through with a subscription to its subject; each step that recorded what came is
// compared with what came since the step before. What it did through the management API, which is not there yet,
// the core does.

interface PushStep extends Partial<GoldenStep> {
  readonly step: string;
  readonly pushes?: readonly { readonly line: string; readonly payload: unknown }[];
}

interface PushReplay {
  readonly file: string;
  readonly subject: string;
  /** Of the subscription in the transcript, so that lines are the same. */
  readonly sid: string;
  readonly stations: readonly string[];
  /** What was done in other ways than by a request. */
  readonly acts: Readonly<Record<string, (front: Front, client: RawClient) => Promise<unknown>>>;
  readonly leftOut: readonly { readonly steps: RegExp; readonly reason: string }[];
  readonly deviations: Readonly<Record<string, Deviation>>;
}

/** As recorded, but for the name of the file in the descriptor: sp_2.proto. */
const secondVersion = {
  UpdateType: 1,
  init: {
    schema_name: 'sp',
    active_version: {
      version_number: 2,
      descriptor:
        'Ck8KCnNwXzIucHJvdG8SAXQiNgoEVGVzdBIOCgJmMRgBIAEoCVICZjESDgoCZjIYAiABKAVSAmYyEg4KAmYzGAMgASgJUgJmM2IGcHJvdG8z',
      schema_content:
        'syntax = "proto3";\npackage t;\nmessage Test { string f1 = 1; int32 f2 = 2; string f3 = 3; }\n',
      message_struct_name: 'Test',
    },
    type: 'protobuf',
  },
};

const replays: readonly PushReplay[] = [
  {
    file: 'schemas',
    subject: '$memphis_schema_updates_ss#1',
    sid: '27',
    stations: ['ss.1'],
    acts: {
      'make version 2 of sp active (management API)': ({ services }) =>
        services.schemas.activate('sp', 2),
      'schema sj removed (management API) while attached to ss.1': ({ services }) =>
        services.stationSchemas.remove('sj'),
    },
    leftOut: [],
    deviations: {
      'pushes on $memphis_schema_updates_ss#1 caused by: attach sp, version 2 active': {
        answer: [{ line: 'MSG $memphis_schema_updates_ss#1 27 369', payload: secondVersion }],
        reason: 'the old server called the file of every version sp_1.proto (wire-protocol.md 7.5)',
      },
    },
  },
  {
    file: 'notifications-sdk-updates',
    subject: '$memphis_sdk_clients_updates',
    sid: '50',
    stations: ['nn2'],
    acts: {
      'station nn2 destroyed by an SDK request': (_, client) =>
        client.request('$memphis_station_destructions', { station_name: 'nn2' }),
    },
    leftOut: [
      {
        steps: /management API|^schemaverse on again$|^only poison off$|^slack integration/,
        reason:
          'done through the management API, which is not there yet, and nothing else causes it',
      },
    ],
    deviations: {},
  },
];

describe.each(replays)('pushes of the transcript $file', (replay) => {
  const { file, subject, sid, stations, acts, leftOut, deviations } = replay;
  const tally = new GoldenTally(`${file}, pushes`);
  afterAll(() => process.stdout.write(`replay of ${tally.row}\n`));

  test('come as from the old server, but for those listed with their reasons', async () => {
    const front = await startFront();
    const client = await front.connect({ name: 'connection-1::root' });
    for (const station of stations) await createStation(client, station);
    client.subscribe(subject, sid);
    const steps = (goldenRecords(file) as PushStep[]).filter(
      ({ step }) => !leftOut.some(({ steps: each }) => each.test(step)),
    );
    let seen = 0;
    for (const step of steps) {
      await acts[step.step]?.(front, client);
      if (step.subject !== undefined) {
        await client.request(step.subject, requestText(step as GoldenStep, 'connection-1'));
      }
      if (step.pushes === undefined) continue;
      await client.flush();
      const messages = client.messages(sid);
      const got = messages
        .slice(seen)
        .map(({ line, payload }) => ({ line, payload: parsed(payload) }));
      seen = messages.length;
      const listed = deviations[step.step];
      tally.add(
        `${step.step}: ${JSON.stringify(got)}`,
        isSame(
          got,
          step.pushes.map(({ line, payload }) => ({ line: line.replace(/ +/g, ' '), payload })),
        ),
        listed && isSame(got, listed.answer),
      );
    }
    expect({ wrong: tally.wrong, stale: tally.stale }).toEqual({ wrong: [], stale: [] });
    const met = steps.map(({ step }) => step);
    const named = [acts, deviations].flatMap((table) => Object.keys(table));
    expect(named.filter((step) => !met.includes(step))).toEqual([]);
    expect(tally.same.length + tally.deliberate.length).toBeGreaterThan(0);
  });
});
