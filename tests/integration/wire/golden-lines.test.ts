import { conversations, connectLine } from './golden-conversations.ts';
import { startFront, rootPassword } from './front.ts';
import type { Front } from './front.ts';
import { goldenLines, isSame } from './golden.ts';
import type { GoldenLines } from './golden.ts';
import { GoldenTally } from './golden-tally.ts';
import type { RawClient } from './raw-client.ts';

// Goal: what a client sees of connecting, of framing and of its mistakes is what it saw of the old server.
// Method: each step of the transcript opens a socket of its own, sends what the step sent, and compares the lines
// that come back, up to the answer to a last PING.

describe.each(conversations)('transcript $file', (conversation) => {
  const { file, connectionToken, inWords, meanwhile, leftOut, deviations } = conversation;
  const tally = new GoldenTally(`${file}, lines`);
  let front: Front;

  beforeAll(async () => {
    front = await startFront(connectionToken === undefined ? {} : { connectionToken });
    for (const user of conversation.users) await front.services.authenticator.putUser(user);
  });
  afterAll(() => process.stdout.write(`replay of ${tally.row}\n`));

  test('is answered line by line as by the old server, but for the steps listed with their reasons', async () => {
    const steps = goldenLines(file).filter(({ step }) => !(step in leftOut));
    for (const step of steps) {
      const listed = deviations[step.step];
      const lines = await converse(step, (listed?.answer as string[] | undefined) ?? step.lines);
      tally.add(
        `${step.step}: ${JSON.stringify(lines)}`,
        isSame(sorted(lines), sorted(step.lines)),
        listed && isSame(lines, listed.answer),
      );
    }
    expect({ wrong: tally.wrong, stale: tally.stale }).toEqual({ wrong: [], stale: [] });
    const met = goldenLines(file).map(({ step }) => step);
    const named = [inWords, meanwhile, leftOut, deviations].flatMap((table) => Object.keys(table));
    expect(named.filter((step) => !met.includes(step))).toEqual([]);
  });

  /** Sends what a step sent and returns what came, without INFO and the PONG of our own last PING. */
  async function converse(
    { step, request }: GoldenLines,
    expected: readonly string[],
  ): Promise<string[]> {
    const client = await front.dial();
    await client.until(() => client.lines.length > 0, 'INFO');
    const words = inWords[step];
    const fromRequest =
      words === undefined ? requestBytes(step, request ?? '', connectionToken) : '';
    const isConnect = fromRequest.startsWith('CONNECT ');
    if (words?.bare !== undefined) client.send(words.bare);
    else if (!isConnect) client.send(connectLine({}));
    client.send(words?.sends ?? fromRequest);
    const act = meanwhile[step];
    if (act !== undefined) {
      await client.flush();
      client.frames.length = 1; // INFO
      await act(front);
    }
    if (expected.at(-1) === '<closed>') await client.closed();
    else await client.flush();
    return told(client, isConnect || words?.bare?.endsWith('PING\r\n') === true, expected);
  }
});

/** The lines after INFO, as the transcript has them. */
function told(client: RawClient, hasOwnPing: boolean, expected: readonly string[]): string[] {
  const lines = client.frames.slice(1).map(({ line, payload }) => {
    if (!line.startsWith('MSG ')) return line;
    const withoutMember = line.replace(/^(MSG qg\.a) [12] /, '$1 <1|2> ');
    return payload.length > 0 && payload.length < 3 && line.includes('fr.b')
      ? `${withoutMember} ${payload}`
      : withoutMember;
  });
  const isClosed = client.isClosed ? ['<closed>'] : [];
  // The PONG of the last PING is the transcript's own where that ended with a PING too.
  if (
    !client.isClosed &&
    (hasOwnPing ? expected.length < lines.length : !expected.includes('PONG'))
  ) {
    lines.pop();
  }
  return [...lines, ...isClosed];
}

function requestBytes(step: string, request: string, connectionToken = 'some-token'): string {
  const password = step === 'wrong password' ? 'wrong' : rootPassword;
  const text = request
    .replaceAll('<password>', password)
    .replaceAll('<uuid>', '11111111-2222-4333-8444-555555555555')
    .replaceAll('<token>', tokenOf(step, connectionToken));
  return `${text}\r\n`;
}

/** The transcripts hide tokens; the words of a step say which it was. */
function tokenOf(step: string, connectionToken: string): string {
  if (step.startsWith('wrong token')) return 'some-other-token';
  return step.includes('root::memphis') ? `root::${connectionToken}` : connectionToken;
}

/** Members of a queue and plain subscriptions may be served in any order. */
function sorted(lines: readonly string[]): readonly string[] {
  return lines.some((line) => line.startsWith('MSG qg.a')) ? [...lines].sort() : lines;
}
