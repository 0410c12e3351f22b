import { ManualTime } from '../../support/manual-time.ts';
import { rootPassword, startFront } from './front.ts';
import type { Front } from './front.ts';
import { asWeAnswer } from './golden-fields.ts';
import { goldenRecords, isSame } from './golden.ts';
import { GoldenTally } from './golden-tally.ts';
import {
  answeredLine,
  closedLine,
  connectionId,
  inboxOf,
  payloadText,
  recordedLine,
  sidOf,
  withoutSize,
} from './golden-session.ts';
import type { ComparedLine, SessionLine } from './golden-session.ts';
import { sessions } from './golden-session-differences.ts';
import type { Session } from './golden-session-differences.ts';
import type { Frame, RawClient } from './raw-client.ts';

// Goal: an SDK sees of a broker of ours, line by line, what it saw of the old server through a whole session with
// a restart in the middle. Method: what the client of the transcript sent is sent again, at the recorded times of
// a clock that only the test moves; what comes is compared with what came then, in order and in time.

/** How much earlier or later than recorded a line may come. */
const slackMs = 100;
/** In which the clock moves while a line is waited for. */
const tickMs = 5;

describe.each(sessions)('session $file', (session) => {
  const tally = new GoldenTally(`${session.file}, lines`);
  afterAll(() => process.stdout.write(`replay of ${tally.row}\n`));

  test('is answered line by line as by the old server, but for the lines listed with their reasons', async () => {
    const replay = await SessionReplay.start(session);
    await replay.run(tally);
    expect({ wrong: tally.wrong, stale: tally.stale }).toEqual({ wrong: [], stale: [] });
    expect(replay.unused()).toEqual([]);
  });
});

/** One socket of the session. */
class ReplaySocket {
  readonly client: RawClient;
  readonly #time: ManualTime;
  /** Frames that are looked at already, or are answers to pings of our own. */
  readonly #seen = new Set<Frame>();
  readonly #arrivals = new Map<Frame, number>();
  #hasToldEnd = false;
  isConnected = false;
  requestCount = 0;

  constructor(client: RawClient, time: ManualTime) {
    this.client = client;
    this.#time = time;
  }

  get hasNews(): boolean {
    return this.client.isClosed || this.client.frames.some((frame) => !this.#seen.has(frame));
  }

  /** Waits until the server has done what it was sent. */
  async settle(): Promise<void> {
    for (let round = 0; round < 2; round += 1) {
      if (this.isConnected && !this.client.isClosed) {
        await this.client.flush();
        const pong = this.client.frames.findLast(({ line }) => line === 'PONG');
        if (pong !== undefined) this.#seen.add(pong);
      }
      await this.#time.settled();
    }
    for (const frame of this.client.frames) {
      if (!this.#arrivals.has(frame)) this.#arrivals.set(frame, this.#time.monotonicMs());
    }
  }

  /** What has come and was not asked for yet, oldest first; undefined when there is nothing. */
  next(): { readonly line: ComparedLine; readonly atMs: number } | undefined {
    const frame = this.client.frames.find((candidate) => !this.#seen.has(candidate));
    if (frame !== undefined) {
      this.#seen.add(frame);
      const atMs = this.#arrivals.get(frame) ?? this.#time.monotonicMs();
      return { line: answeredLine(frame), atMs };
    }
    if (!this.client.isClosed || this.#hasToldEnd) return undefined;
    this.#hasToldEnd = true;
    const line = { line: closedLine, headers: '', payload: '' };
    return { line, atMs: this.#time.monotonicMs() };
  }
}

class SessionReplay {
  readonly #session: Session;
  readonly #lines: readonly SessionLine[];
  readonly #time: ManualTime;
  readonly #startMs: number;
  readonly #sockets = new Map<number, ReplaySocket>();
  readonly #used = new Set<unknown>();
  #front: Front;
  #isRestarted = false;

  private constructor(session: Session, time: ManualTime, front: Front) {
    this.#session = session;
    this.#time = time;
    this.#startMs = time.monotonicMs();
    this.#front = front;
    this.#lines = (goldenRecords(session.file) as SessionLine[]).filter(
      // Where PINGs of the server fall depends on its clock alone.
      ({ dir, line }) => line !== (dir === 'S' ? 'PING' : 'PONG'),
    );
  }

  static async start(session: Session): Promise<SessionReplay> {
    const time = new ManualTime();
    return new SessionReplay(session, time, await startFront({ time }));
  }

  async run(tally: GoldenTally): Promise<void> {
    for (const [index, line] of this.#lines.entries()) {
      const omission = this.#session.leftOut.find((each) => each.fits(line));
      if (omission !== undefined) {
        this.#used.add(omission);
        continue;
      }
      if (line.dir === 'C') await this.#send(line, this.#lines.slice(index));
      else await this.#expect(line, tally);
    }
    for (const [number, socket] of this.#sockets) {
      const more = socket.next();
      if (more !== undefined)
        tally.add(`socket ${number}: ${JSON.stringify(more)}`, false, undefined);
    }
  }

  /** Entries of the lists that no line of the session had a use for. */
  unused(): unknown[] {
    const { leftOut, fields, deviations } = this.#session;
    return [...leftOut, ...fields, ...deviations].filter((entry) => !this.#used.has(entry));
  }

  async #send(line: SessionLine, rest: readonly SessionLine[]): Promise<void> {
    await this.#advanceTo(line.at_ms);
    const socket = await this.#socket(line.socket);
    if (line.line === closedLine) socket.client.socket.end();
    else socket.client.send(this.#bytes(line, rest, socket));
    await socket.settle();
  }

  async #expect(recorded: SessionLine, tally: GoldenTally): Promise<void> {
    if (recorded.line === closedLine && recorded.step === 'server restart' && !this.#isRestarted) {
      this.#isRestarted = true;
      this.#front = await this.#front.restarted();
    }
    if (!this.#sockets.has(recorded.socket)) await this.#advanceTo(recorded.at_ms);
    const socket = await this.#socket(recorded.socket);
    const got = await this.#wait(socket, recorded);
    const theirs = recordedLine(recorded);
    const known = this.#deviating(recorded, theirs);
    const isInTime = got !== undefined && this.#isInTime(got.atMs, recorded);
    tally.add(
      `${recorded.step}: ${recorded.line} <> ${JSON.stringify(got)}`,
      isInTime && isSame(got.line, theirs),
      known && isInTime && isSame({ ...got.line, line: withoutSize(got.line.line) }, known),
    );
    if (recorded.line === 'PONG') socket.isConnected = true;
  }

  /** The line as we send it, where a list says that it differs. */
  #deviating(recorded: SessionLine, theirs: ComparedLine): ComparedLine | undefined {
    const listed = this.#session.deviations.find(
      ({ step, payload }) => step === recorded.step && isSame(payload, recorded.payload),
    );
    const { answer, used } = asWeAnswer(theirs.payload, this.#session.fields);
    for (const entry of [listed, ...used]) if (entry !== undefined) this.#used.add(entry);
    if (listed === undefined && used.size === 0) return undefined;
    return { ...theirs, line: withoutSize(theirs.line), payload: listed?.answer ?? answer };
  }

  #isInTime(atMs: number, { at_ms: recordedMs }: SessionLine): boolean {
    return Math.abs(atMs - this.#startMs - recordedMs) <= slackMs;
  }

  async #wait(
    socket: ReplaySocket,
    recorded: SessionLine,
  ): Promise<{ line: ComparedLine; atMs: number } | undefined> {
    // These take the time of the machine, not that of the test.
    if (recorded.line === closedLine) await socket.client.closed();
    else if (!socket.isConnected) await socket.client.until(() => socket.hasNews, recorded.line);
    for (let lateMs = 0; ; lateMs += tickMs) {
      await socket.settle();
      const got = socket.next();
      if (got !== undefined || lateMs > slackMs) return got;
      await this.#advanceTo(recorded.at_ms + lateMs);
    }
  }

  async #advanceTo(atMs: number): Promise<void> {
    const missing = this.#startMs + atMs - this.#time.monotonicMs();
    if (missing > 0) await this.#time.advance(missing);
  }

  async #socket(number: number): Promise<ReplaySocket> {
    let socket = this.#sockets.get(number);
    if (socket === undefined) {
      socket = new ReplaySocket(await this.#front.dial(), this.#time);
      this.#sockets.set(number, socket);
    }
    return socket;
  }

  /** A recorded line with our ids in the place of theirs. */
  #bytes(recorded: SessionLine, rest: readonly SessionLine[], socket: ReplaySocket): string {
    const { line, headers = '', payload } = recorded;
    const [word] = line.split(' ');
    if (word === 'CONNECT') return `${credentials(recorded)}\r\n`;
    if (word === 'SUB')
      return `${line.replace('_INBOX.<id>', inboxOf(line.split(' ').at(-1) ?? ''))}\r\n`;
    if (word !== 'PUB' && word !== 'HPUB') return `${line}\r\n`;
    const block = headers.replaceAll('<uuid>', connectionId);
    const bytes = Number(line.split(' ').at(-1)) - block.length;
    const text = payloadText(payload ?? '', bytes);
    const start = this.#withSubjects(line, rest, socket).replace(/ \d+( \d+)?$/, '');
    const sizes =
      word === 'PUB'
        ? String(Buffer.byteLength(text))
        : `${block.length} ${block.length + Buffer.byteLength(text)}`;
    return `${start} ${sizes}\r\n${block}${text}\r\n`;
  }

  /** Puts in inboxes and what acks answer to. */
  #withSubjects(line: string, rest: readonly SessionLine[], socket: ReplaySocket): string {
    const answers = rest.filter(
      ({ dir, socket: number }) => dir === 'S' && number === rest[0]?.socket,
    );
    if (line.includes('_INBOX.<id>.<id>')) {
      socket.requestCount += 1;
      const answer = answers.find((each) => each.line.includes('_INBOX.<id>.<id>'));
      const sid = answer === undefined ? 'unanswered' : sidOf(answer);
      return line.replace('_INBOX.<id>.<id>', `${inboxOf(sid)}.r${socket.requestCount}`);
    }
    if (line.includes('_INBOX.<id>')) {
      const answer = answers.find((each) => each.line.startsWith('HMSG '));
      return line.replace(
        '_INBOX.<id>',
        inboxOf(answer === undefined ? 'unanswered' : sidOf(answer)),
      );
    }
    const [start = '', end = ''] = line.split('<time>');
    const subject = start.split(' ')[1] ?? '';
    if (!subject.startsWith('$JS.ACK.')) return line;
    const delivery = [...this.#sockets.values()]
      .flatMap(({ client }) => client.frames)
      .findLast(({ reply }) => reply?.startsWith(subject));
    const time = delivery?.reply?.slice(subject.length).split('.')[0] ?? '1';
    return `${start}${time}${end}`;
  }
}

/** CONNECT with our password, or a wrong one where that was the step. */
function credentials({ line, step }: SessionLine): string {
  const password = step === 'connect with a wrong password' ? 'wrong' : rootPassword;
  return line
    .replaceAll('<uuid>', connectionId)
    .replace(/("pass": ?)"[^"]*"/, `$1${JSON.stringify(password)}`);
}
