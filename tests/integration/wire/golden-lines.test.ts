import { startFront, rootPassword } from './front.ts';
import type { Front } from './front.ts';
import { goldenLines } from './golden.ts';
import type { GoldenLines } from './golden.ts';
import type { Deviation } from './golden-replays.ts';
import { GoldenTally } from './golden-tally.ts';
import type { RawClient } from './raw-client.ts';

// Goal: what a client sees of connecting, of framing and of its mistakes is what it saw of the old server.
// Method: each step of the transcript opens a socket of its own, sends what the step sent, and compares the lines
// that come back, up to the answer to a last PING.

/** What steps sent that are described in words only. All begin on a socket connected as `root`, unless `bare`. */
const inWords: Readonly<Record<string, { readonly bare?: string; readonly sends: string }>> = {
  'no CONNECT sent at all': { bare: '', sends: '' },
  'verbose: SUB answered': {
    bare: connectLine({ verbose: true }) + 'PING\r\n',
    sends: 'SUB v 1\r\n',
  },
  'PUB before CONNECT': { bare: '', sends: 'PUB a 1\r\nx\r\n' },
  'PING before CONNECT': { bare: '', sends: 'PING\r\n' },
  'CONNECT with broken JSON': { bare: '', sends: 'CONNECT {bad\r\n' },
  'double blanks, UNSUB of unknown sid, lower-case op, UNSUB with max': {
    sends:
      'SUB fr.a  901\r\nUNSUB 999\r\nUNSUB 901 \r\nsub fr.b 902\r\nPUB fr.b  2\r\nhi\r\n' +
      'UNSUB 902 1\r\nPUB fr.b 2\r\nho\r\nPUB fr.b 2\r\nhu\r\n',
  },
  'HPUB on a connection that did not announce headers': {
    bare: connectLine({ headers: false }),
    sends: 'HPUB a 12 13\r\nNATS/1.0\r\n\r\nx\r\n',
  },
  'unknown operation': { sends: 'FOO bar\r\n' },
  'PUB with too many fields': { sends: 'PUB a b c 1\r\nx\r\n' },
  'control line of 5000 bytes': { sends: `SUB ${'a'.repeat(5000)} 1\r\n` },
  'PUB of 1048577 bytes (max_payload 1048576)': {
    sends: `PUB big 1048577\r\n${'x'.repeat(1_048_577)}\r\n`,
  },
  'PUB of exactly 1048576 bytes to own subscription': {
    sends: `SUB big2 1\r\nPUB big2 1048576\r\n${'x'.repeat(1_048_576)}\r\n`,
  },
  'SUB bad..subject, SUB with 4 fields': { sends: 'SUB bad..subject 1\r\nSUB a b c 2\r\n' },
  '2 queue members + 1 plain sub, 4 publishes, echo': {
    sends: `SUB qg.a q 1\r\nSUB qg.a q 2\r\nSUB qg.a 3\r\n${'PUB qg.a 1\r\nx\r\n'.repeat(4)}`,
  },
  'echo:false connection publishes to its own subscription': {
    bare: connectLine({ echo: false }),
    sends: 'SUB own 1\r\nPUB own 1\r\nx\r\n',
  },
};

const leftOut: Readonly<Record<string, string>> = {
  'native client: lines in the first 3.5 s': 'the first PING of the server comes later by design',
  'offsets of server lines after CONNECT (ms)': 'tells times, not answers',
};

const deviations: Readonly<Record<string, Deviation>> = {};

describe('transcript connect-auth', () => {
  const tally = new GoldenTally('connect-auth');
  let front: Front;

  beforeAll(async () => {
    front = await startFront();
    const { authenticator } = front.services;
    await authenticator.putUser({ name: 'app1', kind: 'application', password: rootPassword });
    await authenticator.putUser({ name: 'mgmt1', kind: 'management', password: rootPassword });
  });
  afterAll(() => process.stdout.write(`replay of ${tally.row}\n`));

  test('is answered line by line as by the old server, but for the steps listed with their reasons', async () => {
    const steps = goldenLines('connect-auth').filter(({ step }) => !(step in leftOut));
    for (const step of steps) {
      const lines = await converse(step);
      const listed = deviations[step.step];
      tally.add(
        `${step.step}: ${JSON.stringify(lines)}`,
        isEqual(sorted(lines), sorted(step.lines)),
        listed && isEqual(lines, listed.answer),
      );
    }
    expect({ wrong: tally.wrong, stale: tally.stale }).toEqual({ wrong: [], stale: [] });
    const met = goldenLines('connect-auth').map(({ step }) => step);
    const named = [inWords, leftOut, deviations].flatMap((table) => Object.keys(table));
    expect(named.filter((step) => !met.includes(step))).toEqual([]);
  });

  /** Sends what a step sent and returns what came, without INFO and the PONG of our own last PING. */
  async function converse({ step, request, lines: recorded }: GoldenLines): Promise<string[]> {
    const client = await front.dial();
    await client.until(() => client.lines.length > 0, 'INFO');
    const words = inWords[step];
    const fromRequest = words === undefined ? requestBytes(step, request ?? '') : '';
    const isConnect = fromRequest.startsWith('CONNECT ');
    if (words?.bare !== undefined) client.send(words.bare);
    else if (!isConnect) client.send(connectLine({}));
    client.send(words?.sends ?? fromRequest);
    if (recorded.at(-1) === '<closed>') await client.closed();
    else await client.flush();
    return told(client, isConnect || words?.bare?.endsWith('PING\r\n') === true, recorded);
  }
});

/** The lines after INFO, as the transcript has them. */
function told(client: RawClient, hasOwnPing: boolean, recorded: readonly string[]): string[] {
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
    (hasOwnPing ? recorded.length < lines.length : !recorded.includes('PONG'))
  ) {
    lines.pop();
  }
  return [...lines, ...isClosed];
}

function requestBytes(step: string, request: string): string {
  const password = step === 'wrong password' ? 'wrong' : rootPassword;
  const text = request
    .replaceAll('<password>', password)
    .replaceAll('<uuid>', '11111111-2222-4333-8444-555555555555')
    .replaceAll('<token>', 'some-token');
  return `${text}\r\n`;
}

function connectLine(fields: object): string {
  const plain = { verbose: false, pedantic: false, headers: true, no_responders: true };
  const identity = { user: 'root$1', pass: rootPassword };
  return `CONNECT ${JSON.stringify({ ...plain, ...identity, ...fields })}\r\n`;
}

/** Members of a queue and plain subscriptions may be served in any order. */
function sorted(lines: readonly string[]): readonly string[] {
  return lines.some((line) => line.startsWith('MSG qg.a')) ? [...lines].sort() : lines;
}

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
