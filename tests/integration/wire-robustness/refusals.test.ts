import { connectLine, converse } from './conversation.ts';
import { startWatchedBroker } from './watched-broker.ts';
import type { WatchedBroker } from './watched-broker.ts';

// The answers of wire-protocol.md 1.1 and 1.4 to what ends a conversation, from the real process:
// sent whole, cut in two, and byte by byte, while a witness works on other connections.

jest.setTimeout(60_000); // a busy machine takes its time over a broker's start

let watched: WatchedBroker;
const payloadBytesMax = 1_048_576;

beforeAll(async () => {
  watched = await startWatchedBroker();
});

/** What the broker says before it closes, for each way in which the bytes can be cut. */
async function expectAnswer(words: string | Buffer, expected: readonly string[]): Promise<void> {
  const bytes = Buffer.from(words as string, 'latin1');
  const middle = Math.floor(bytes.length / 2);
  const cuts: Uint8Array[][] = [[bytes], [bytes.subarray(0, middle), bytes.subarray(middle)]];
  if (bytes.length <= 300) cuts.push(Array.from(bytes, (byte) => Uint8Array.of(byte)));
  for (const chunks of cuts) {
    const { frames, closedBy } = await converse({ port: watched.broker.clientPort, chunks });
    const said = frames.map((frame) =>
      'text' in frame ? `${frame.kind} ${frame.text}` : frame.kind,
    );
    expect([said, closedBy]).toEqual([expected, 'broker']);
  }
}

const connected = (words: string): string => connectLine(watched.broker.rootPassword) + words;

describe('a connection that is open', () => {
  const long = 'x'.repeat(5000);
  test.each([
    ['an unknown word', 'FOO bar\r\n', ["-ERR 'Unknown Protocol Operation'"]],
    ['an HTTP request', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', ["-ERR 'Unknown Protocol Operation'"]],
    ['a TLS handshake', '\x16\x03\x01\x02\x00\x01\x00', ["-ERR 'Unknown Protocol Operation'"]],
    ['an empty line', '\r\n', ["-ERR 'Unknown Protocol Operation'"]],
    ['zeros', '\0\0\0\0', ["-ERR 'Unknown Protocol Operation'"]],
    ['a control line of 5000 bytes', `SUB ${long} 1\r\n`, ["-ERR 'maximum control line exceeded'"]],
    ['a control line without an end', `PUB ${long}`, ["-ERR 'maximum control line exceeded'"]],
    ['an empty token', 'SUB bad..subject 1\r\n', ["-ERR 'Invalid Subject'"]],
    ['a wildcard that is not last', 'SUB a.>.b 1\r\n', ["-ERR 'Invalid Subject'"]],
    ['a subject that is not UTF-8', 'PUB \xc3\x28 0\r\n\r\n', ["-ERR 'Invalid Subject'"]],
    [
      'too large a payload',
      `PUB a ${payloadBytesMax + 1}\r\n`,
      ["-ERR 'Maximum Payload Violation'"],
    ],
    ['an absurd payload', `PUB a ${'9'.repeat(40)}\r\n`, ["-ERR 'Maximum Payload Violation'"]],
    [
      'too large headers',
      `HPUB a 12 ${payloadBytesMax + 1}\r\n`,
      ["-ERR 'Maximum Payload Violation'"],
    ],
    ['too long a payload', 'PUB a 2\r\nhiho\r\n', ["-ERR 'Unknown Protocol Operation'"]],
    ['PUB with too many fields', 'PUB a b c 2\r\nhi\r\n', []],
    ['SUB with too many fields', 'SUB a b c 1\r\n', []],
    ['SUB with too few fields', 'SUB a\r\n', []],
    ['UNSUB with a word for a number', 'UNSUB 1 x\r\n', []],
    ['a negative size', 'PUB a -1\r\n', []],
    ['a size with a point', 'PUB a 1.5\r\n', []],
    ['headers longer than the message', 'HPUB a 14 12\r\n', []],
    ['headers without room for their first line', 'HPUB a 2 12\r\n', []],
  ])('is closed with the documented words after %s', async (_, words, expected) => {
    await expectAnswer(connected(words), expected);
  });

  test('is told why in the middle of a payload that is too large', async () => {
    const size = 4 * payloadBytesMax;
    const words = connected(`PUB a ${size}\r\n`);
    const bytes = Buffer.concat([Buffer.from(words), Buffer.alloc(size, 'x')]);
    await expectAnswer(bytes, ["-ERR 'Maximum Payload Violation'"]);
  });

  test('is answered up to the byte that was wrong', async () => {
    await expectAnswer(connected('PING\r\nPING\r\nPING x\r\nPING\r\n'), ['PONG', 'PONG']);
  });

  test('takes a payload of exactly the largest size, cut into small pieces', async () => {
    const payload = Buffer.alloc(payloadBytesMax, 'x');
    const line = connected(`SUB big 1\r\nPUB big ${payloadBytesMax}\r\n`);
    const bytes = Buffer.concat([Buffer.from(line), payload, Buffer.from('\r\nPING\r\n')]);
    const chunks: Uint8Array[] = [];
    for (let start = 0; start < bytes.length; start += 10_007) {
      chunks.push(bytes.subarray(start, start + 10_007));
    }
    const port = watched.broker.clientPort;
    const { frames } = await converse({ port, chunks, pongsExpected: 1 });
    expect(frames.map(({ kind }) => kind)).toEqual(['MSG', 'PONG']);
    const [message] = frames;
    expect(message?.kind === 'MSG' && message.payload === payload.toString('latin1')).toBe(true);
  });

  test('is closed without a word when it sends headers that it has not announced', async () => {
    const words = 'HPUB a 12 14\r\nNATS/1.0\r\n\r\nhi\r\n';
    const line = connectLine(watched.broker.rootPassword, { headers: false });
    await expectAnswer(line + words, []);
  });
});

describe('a connection that has not said who it is', () => {
  const violation = ["-ERR 'Authorization Violation'"];

  test.each([
    ['PING', 'PING\r\n'],
    ['PUB', 'PUB a 2\r\nhi\r\n'],
    ['a huge PUB', 'PUB a 999999999\r\n'],
    ['SUB', 'SUB > 1\r\n'],
    ['HTTP', 'GET / HTTP/1.1\r\n\r\n'],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00'],
    ['an empty line', '\r\n'],
  ])('is refused when it begins with %s', async (_, words) => {
    await expectAnswer(words, violation);
  });

  test.each([
    ['a wrong password', { pass: 'wrong' }],
    ['an empty password', { pass: '' }],
    ['no password', { pass: undefined }],
    ['an unknown user', { user: 'ghost$1', name: '1::ghost' }],
    ['another account', { user: 'root$2' }],
    ['a user name in another case', { user: 'ROOT$1', name: '1::ROOT' }],
    ['a token in place of a password', { user: undefined, pass: undefined, auth_token: 'memphis' }],
    ['no credentials', { user: undefined, pass: undefined }],
    ['two separators in its name', { name: '1::root::x' }],
    ['the name of another user', { name: '1::ghost' }],
    ['a user name that is a property of every object', { user: '__proto__', name: '' }],
    ['a password of three kilobytes', { pass: 'x'.repeat(3000) }],
  ])('is refused when it presents %s', async (_, fields) => {
    // Sent whole only: each check of a password takes its time.
    const words = connectLine(watched.broker.rootPassword, fields);
    const chunks = [Buffer.from(`${words}PING\r\nSUB > 1\r\n`)];
    const { frames } = await converse({ port: watched.broker.clientPort, chunks });
    expect(frames).toEqual([{ kind: '-ERR', text: "'Authorization Violation'" }]);
  });

  test.each(['{bad', '', '[]', 'null', '"text"', '5', '{"user":5}', '{"pass":{}}', '\xff'])(
    'is closed without a word for CONNECT %j',
    async (json) => expectAnswer(`CONNECT ${json}\r\n`, []),
  );

  test('is told so for a CONNECT that is too long', async () => {
    const line = connectLine(watched.broker.rootPassword, { lang: 'x'.repeat(5000) });
    await expectAnswer(line, ["-ERR 'maximum control line exceeded'"]);
  });

  test('is told so when it says nothing for two seconds, or half a CONNECT', async () => {
    for (const words of ['', 'CONNECT {"user":']) {
      const chunks = [Buffer.from(words)];
      const { frames } = await converse({ port: watched.broker.clientPort, chunks });
      expect(frames).toEqual([{ kind: '-ERR', text: "'Authentication Timeout'" }]);
    }
  });

  test.each([
    ['the user name without its account', { user: 'root' }],
    ['no name', { name: undefined }],
    ['an empty name', { name: '' }],
    ['a name without a separator', { name: 'my plain client' }],
    ['a connection id that is no UUID', { name: 'not-a-uuid::root' }],
    ['an empty connection id', { name: '::root' }],
    ['fields that nobody knows', { nonsense: [1, { a: null }], jwt: '', sig: '' }],
    ['fields that are null', { name: null, auth_token: null, echo: null }],
  ])('is let in with %s', async (_, fields) => {
    const words = `${connectLine(watched.broker.rootPassword, fields)}PING\r\n`;
    const chunks = [Buffer.from(words)];
    const port = watched.broker.clientPort;
    const { frames } = await converse({ port, chunks, pongsExpected: 1 });
    expect(frames).toEqual([{ kind: 'PONG' }]);
  });
});

describe('connections that end without a word', () => {
  test.each([
    ['at once', ''],
    ['in the middle of CONNECT', 'CONNECT {"us'],
    ['in the middle of a control line', undefined],
  ])('leave the broker as it was: %s', async (_, words) => {
    const bytes = Buffer.from(words ?? connected('PUB a.b 10\r\nhal'));
    const port = watched.broker.clientPort;
    const plan = { port, chunks: [bytes], pongsExpected: 0 };
    const ends = await Promise.all(Array.from({ length: 20 }, () => converse(plan)));
    expect(ends.every(({ frames }) => frames.length === 0)).toBe(true);
  });
});

test('none of this harmed the process, or another client', () => watched.expectUnharmed());
