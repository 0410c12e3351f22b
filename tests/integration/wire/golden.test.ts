import { startFront } from './front.ts';
import { goldenSteps, headerBlock, normalised, parsed, requestText } from './golden.ts';
import type { GoldenStep } from './golden.ts';
import { replays } from './golden-replays.ts';
import { GoldenTally } from './golden-tally.ts';
import type { Answer, RawClient } from './raw-client.ts';

// Goal: every request that an old server was asked is answered by ours as it was by that one.
// Method: each transcript is sent again, in order, to one front; each answer is compared with the recorded one.
// Where we answer differently on purpose, golden-replays.ts lists the step with our answer and the reason; a
// step that is listed and answered as recorded after all fails too.

/** What the transcript did from another connection it says in words only. */
const secondConnection = /second connection|other connection/;

describe.each(replays)('transcript $file', (replay) => {
  const { file, stations = [], before = {}, leftOut = {}, deviations } = replay;
  const tally = new GoldenTally(file);
  afterAll(() => process.stdout.write(`replay of ${tally.row}\n`));

  test('is answered as by the old server, but for the steps listed with their reasons', async () => {
    const front = await startFront();
    const first = await front.connect({ name: 'connection-1::root' });
    const second = await front.connect({ name: 'connection-2::root' });
    for (const station of stations) {
      const request = { partitions_number: 1, ...station };
      expect((await first.request('$memphis_station_creations', request)).payload).toBe('');
    }
    const met = new Set<string>();
    for (const step of goldenSteps(file)) {
      met.add(step.step);
      if (step.step in leftOut) continue;
      const preparation = before[step.step];
      if (preparation !== undefined) await first.request(...preparation);
      const answer = secondConnection.test(step.step)
        ? await send(second, step, 'connection-2')
        : await send(first, step, 'connection-1');
      const listed = deviations[step.step];
      const payload = normalised(parsed(answer.payload));
      tally.add(
        `${step.step}: ${JSON.stringify(payload)}`,
        matches(payload, normalised(step.reply)) && answer.headers === (step.reply_headers ?? ''),
        listed && matches(payload, listed.answer),
      );
    }
    expect({ wrong: tally.wrong, stale: tally.stale }).toEqual({ wrong: [], stale: [] });
    const named = [before, leftOut, deviations].flatMap((table) => Object.keys(table));
    expect(named.filter((step) => !met.has(step))).toEqual([]);
  });
});

function send(client: RawClient, step: GoldenStep, connectionId: string): Promise<Answer> {
  const headers = step.headers === undefined ? undefined : headerBlock(step.headers);
  return client.request(step.subject, requestText(step, connectionId), headers);
}

/** Fields that the old server did not send do not disturb a client. */
function matches(payload: unknown, expected: unknown): boolean {
  try {
    expect({ payload }).toMatchObject({ payload: expected });
    return true;
  } catch {
    return false;
  }
}
