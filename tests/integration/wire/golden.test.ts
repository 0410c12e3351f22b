import { asWeAnswer } from './golden-fields.ts';
import {
  goldenRecords,
  goldenSteps,
  headerBlock,
  isSame,
  normalised,
  parsed,
  requestText,
} from './golden.ts';
import type { GoldenLines, GoldenStep } from './golden.ts';
import { replays } from './golden-replays.ts';
import type { Replay } from './golden-replay.ts';
import { GoldenTally } from './golden-tally.ts';
import { startFront } from './front.ts';
import type { Front } from './front.ts';
import type { RawClient } from './raw-client.ts';

// Goal: every request that an old server was asked is answered by ours as it was by that one.
// Method: each transcript is sent again, in order, to one front; each answer is compared with the recorded one.
// Where we answer differently on purpose, golden-replays.ts lists the step with our answer and the reason; a
// step that is listed and answered as recorded after all fails too, and so does one that is neither sent nor
// said to be left out.

describe.each(replays)('transcript $file', (replay) => {
  const { file, area = file, leftOut = [], fields = [], deviations } = replay;
  const tally = new GoldenTally(area);
  afterAll(() => process.stdout.write(`replay of ${tally.row}\n`));

  test('is answered as by the old server, but for the steps listed with their reasons', async () => {
    const scene = await ReplayScene.start(replay);
    const used = new Set<unknown>();
    for (const step of goldenSteps(file)) {
      if (leftOut.some(({ steps }) => steps.test(step.step))) continue;
      await scene.prepare(step.step);
      const listed = deviations[step.step];
      const answer = await scene.send(step, listed?.answer ?? step.reply);
      const recorded = normalised(step.reply);
      const ours = asWeAnswer(recorded, fields);
      for (const difference of ours.used) used.add(difference);
      const hasHeaders = answer.headers === (step.reply_headers ?? '');
      const isAsListed = listed
        ? matches(answer, { reply: listed.answer, headers: listed.headers ?? expect.anything() })
        : ours.used.size > 0
          ? isSame(answer.reply, ours.answer) && hasHeaders
          : undefined;
      tally.add(
        `${step.step}: ${JSON.stringify(answer.reply)}`,
        isSame(answer.reply, recorded) && hasHeaders,
        isAsListed,
      );
    }
    expect({ wrong: tally.wrong, stale: tally.stale }).toEqual({ wrong: [], stale: [] });
    await scene.expectSilence();
    expect(fields.filter((difference) => !used.has(difference))).toEqual([]);
    expect(unaccounted(replay)).toEqual([]);
  });
});

interface ReplayAnswer {
  /** Null where nothing came. */
  readonly reply: unknown;
  readonly headers: string;
}

/** A front with everybody who speaks in a transcript. */
class ReplayScene {
  readonly #replay: Replay;
  readonly #front: Front;
  readonly #speakers = new Map<string, RawClient>();
  /** Inboxes of requests that nothing came for. */
  readonly #silent: { readonly client: RawClient; readonly sid: string }[] = [];

  private constructor(replay: Replay, front: Front) {
    this.#replay = replay;
    this.#front = front;
  }

  static async start(replay: Replay): Promise<ReplayScene> {
    const { connectionToken, users = [], stations = [], start = [] } = replay;
    const front = await startFront(connectionToken === undefined ? {} : { connectionToken });
    for (const user of users) await front.services.authenticator.putUser(user);
    const scene = new ReplayScene(replay, front);
    const root = await scene.#speaker('');
    for (const station of stations) {
      const request = { partitions_number: 1, ...station };
      expect((await root.request('$memphis_station_creations', request)).payload).toBe('');
    }
    for (const request of start) await root.request(...request);
    return scene;
  }

  async prepare(step: string): Promise<void> {
    const preparation = this.#replay.before?.[step];
    if (preparation === undefined) return;
    await (await this.#speaker(step)).request(...preparation);
  }

  /** `expected` null means that no answer is waited for. */
  async send(step: GoldenStep, expected: unknown): Promise<ReplayAnswer> {
    const client = await this.#speaker(step.step);
    const headers = step.headers === undefined ? undefined : headerBlock(step.headers);
    const text = requestText(step, this.#connectionId(step.step));
    if (expected !== null) {
      const answer = await client.request(step.subject, text, headers);
      return { reply: normalised(parsed(answer.payload)), headers: answer.headers };
    }
    const sid = `silent-${this.#silent.length}`;
    const reply = `_INBOX.${sid}`;
    this.#silent.push({ client, sid });
    client.subscribe(reply, sid);
    client.publish(step.subject, text, headers === undefined ? { reply } : { reply, headers });
    await client.request('$JS.API.INFO');
    const [frame] = client.messages(sid);
    if (frame === undefined) return { reply: null, headers: '' };
    return { reply: normalised(parsed(frame.payload)), headers: frame.headers };
  }

  /** Nothing came late for what was not to be answered, and nobody was told off or closed. */
  async expectSilence(): Promise<void> {
    for (const client of this.#speakers.values()) {
      await client.flush();
      expect(client.isClosed).toBe(false);
      expect(client.lines.filter((line) => line.startsWith('-ERR'))).toEqual([]);
    }
    for (const { client, sid } of this.#silent) expect(client.messages(sid)).toEqual([]);
  }

  #connectionId(step: string): string {
    return `connection-${this.#replay.speakers?.findIndex(({ steps }) => steps.test(step)) ?? -1}`;
  }

  async #speaker(step: string): Promise<RawClient> {
    const { speakers = [], connectionToken } = this.#replay;
    const found = speakers.find(({ steps }) => steps.test(step));
    const name = this.#connectionId(step);
    const known = this.#speakers.get(name);
    if (known !== undefined) return known;
    const byToken = { user: undefined, pass: undefined, auth_token: connectionToken };
    const client = await this.#front.connect({
      name: `${name}::root`,
      ...(connectionToken === undefined ? {} : byToken),
      ...found?.connect(name),
    });
    this.#speakers.set(name, client);
    return client;
  }
}

/** Fields that the list does not name do not count. */
function matches(answer: ReplayAnswer, expected: object): boolean {
  try {
    expect(answer).toMatchObject(expected);
    return true;
  } catch {
    return false;
  }
}

/** Steps that nobody sends or says why not, and steps that lists name and the transcript does not have. */
function unaccounted({ file, before = {}, leftOut = [], deviations }: Replay): string[] {
  const sent = goldenSteps(file).map(({ step }) => step);
  const all = goldenRecords<GoldenStep & GoldenLines>(file)
    .filter(({ lines }) => lines === undefined) // golden-lines has them
    .map(({ step = '' }) => step);
  const untold = all.filter(
    (step) => !sent.includes(step) && !leftOut.some(({ steps }) => steps.test(step)),
  );
  const named = [before, deviations].flatMap((table) => Object.keys(table));
  const unused = leftOut.filter(({ steps }) => !all.some((step) => steps.test(step)));
  return [
    ...untold,
    ...named.filter((step) => !sent.includes(step)),
    ...unused.map(({ steps }) => String(steps)),
  ];
}
