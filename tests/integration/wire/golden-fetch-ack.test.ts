import { asWeAnswer } from './golden-fields.ts';
import { goldenRecords } from './golden.ts';
import { deviations, fields, nameOf } from './golden-fetch-ack-differences.ts';
import { before, meanwhile } from './golden-fetch-ack-steps.ts';
import { FetchAckReplay, recordedOutcome } from './golden-fetch-ack.ts';
import type { FetchAckStep } from './golden-fetch-ack.ts';
import { GoldenTally } from './golden-tally.ts';

// Goal: pulls, acks and groups that begin somewhere are answered as by the old server: the same messages, statuses
// and states, in the same order.
// Method: every step of the transcript is done again, in order, to one front; what was done between the steps is done by name.
// Subjects, ack subjects but for their time, headers and payloads are compared; of an answer in JSON, all of it.

test('the steps of the transcript fetch-ack end as with the old server, but for those listed with their reasons', async () => {
  const tally = new GoldenTally('fetch-ack');
  const replay = await FetchAckReplay.start();
  const used = new Set<unknown>();
  const steps = goldenRecords('fetch-ack') as FetchAckStep[];
  for (const step of steps) {
    await before[step.step]?.(replay);
    const listed = deviations[nameOf(step)];
    const { length: count = 0 } = (listed?.answer ?? step.replies ?? []) as { length?: number };
    const got = await replay.outcome(step, count, () => meanwhile[step.step]?.(replay));
    const recorded = recordedOutcome(step);
    const ours = asWeAnswer(recorded, fields);
    for (const difference of ours.used) used.add(difference);
    tally.add(
      `${nameOf(step)}: ${JSON.stringify(got)}`,
      matches(got, recorded),
      listed
        ? matches(got, listed.answer)
        : ours.used.size > 0
          ? matches(got, ours.answer)
          : undefined,
    );
  }
  process.stdout.write(`replay of ${tally.row}\n`);
  expect({ wrong: tally.wrong, stale: tally.stale }).toEqual({ wrong: [], stale: [] });
  expect(replay.client.isClosed).toBe(false);
  expect(fields.filter((difference) => !used.has(difference))).toEqual([]);
  const met = steps.flatMap((step) => [step.step, nameOf(step)]);
  const named = [before, meanwhile, deviations].flatMap((table) => Object.keys(table));
  expect(named.filter((step) => !met.includes(step))).toEqual([]);
});

function matches(got: unknown, expected: unknown): boolean {
  try {
    expect(got).toEqual(expected);
    return true;
  } catch {
    return false;
  }
}
