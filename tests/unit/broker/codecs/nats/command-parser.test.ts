import { CommandParser, protocolErrorTexts } from '../../../../../broker/src/codecs/nats/index.ts';
import { parseChunks, recordingHandler } from '../../../../support/index.ts';
import type { WireCommand } from '../../../../support/index.ts';

const limits = { controlLineBytesMax: 100, payloadBytesMax: 50 };

/** What follows CONNECT, cut nowhere; the same cut everywhere is checked on the way. */
function read(text: string): WireCommand[] {
  const stream = Buffer.from(`CONNECT {}\r\n${text}`, 'utf8');
  const commands = parseChunks([stream], limits);
  expect(
    parseChunks(
      Array.from(stream, (byte) => Uint8Array.of(byte)),
      limits,
    ),
  ).toEqual(commands);
  return commands.slice(1);
}

describe('CommandParser', () => {
  test('reads every command as the SDKs write it', () => {
    expect(read('PING\r\nPONG\r\n')).toEqual([['PING'], ['PONG']]);
    expect(read('SUB _INBOX.X.* 1\r\nSUB a.> q 2\r\n')).toEqual([
      ['SUB', '_INBOX.X.*', undefined, '1'],
      ['SUB', 'a.>', 'q', '2'],
    ]);
    expect(read('UNSUB 1\r\nUNSUB 2 10\r\n')).toEqual([
      ['UNSUB', '1', undefined],
      ['UNSUB', '2', 10],
    ]);
    expect(read('PUB s$1.final _INBOX.1 5\r\nhello\r\nPUB s 0\r\n\r\n')).toEqual([
      ['PUB', 's$1.final', '_INBOX.1', 0, 'hello'],
      ['PUB', 's', undefined, 0, ''],
    ]);
    const block = 'NATS/1.0\r\na: b\r\n\r\n';
    expect(read(`HPUB s r 18 20\r\n${block}hi\r\nHPUB s 18 18\r\n${block}\r\n`)).toEqual([
      ['PUB', 's', 'r', 18, `${block}hi`],
      ['PUB', 's', undefined, 18, block],
    ]);
  });

  test('takes the double and trailing blanks that Python and Go send', () => {
    expect(
      read('SUB $memphis_sdk_clients_updates  1\r\nUNSUB 7 \r\nPUB subj  5\r\nhello\r\n'),
    ).toEqual([
      ['SUB', '$memphis_sdk_clients_updates', undefined, '1'],
      ['UNSUB', '7', undefined],
      ['PUB', 'subj', undefined, 0, 'hello'],
    ]);
  });

  test('takes lower case, tabs, and lines that end with LF alone', () => {
    expect(read('ping\nsub\ta\t1\npUb a 2\nhi\r\n')).toEqual([
      ['PING'],
      ['SUB', 'a', undefined, '1'],
      ['PUB', 'a', undefined, 0, 'hi'],
    ]);
  });

  test('hands over the text of CONNECT as it is', () => {
    const stream = Buffer.from('CONNECT {"user": "größe",  "pass":"a b"} \r\n');
    const [command] = parseChunks([stream], limits);
    expect(command).toEqual([
      'CONNECT',
      Buffer.from('{"user": "größe",  "pass":"a b"} ').toString('latin1'),
    ]);
  });

  test('takes a header block of no bytes, as nats.js 3 sends it, for none', () => {
    expect(read('HPUB a _INBOX.x 0 3\r\nbar\r\n')).toEqual([['PUB', 'a', '_INBOX.x', 0, 'bar']]);
  });

  test('reads subjects that are not ASCII as UTF-8', () => {
    expect(read('PUB größe.日本 1\r\nx\r\nSUB \u{feff}a q¹ 1\r\n')).toEqual([
      ['PUB', 'größe.日本', undefined, 0, 'x'],
      ['SUB', '\u{feff}a', 'q¹', '1'],
    ]);
  });

  test('hands over a view of the chunk where the whole message lies in it', () => {
    const chunk = Buffer.from('CONNECT {}\r\nPUB a 2\r\nhi\r\n');
    let message: Uint8Array | undefined;
    const parser = new CommandParser(limits, {
      ...recordingHandler([]),
      onPublish: (_subject, _reply, _headerBytes, view) => (message = view),
    });
    parser.feed(chunk);
    expect(message?.buffer).toBe(chunk.buffer);
  });

  test.each([
    ['FOO bar\r\n', 'unknown-operation'],
    ['GET / HTTP/1.1', 'unknown-operation'],
    [' PING\r\n', 'unknown-operation'],
    ['\r\n', 'unknown-operation'],
    ['PINGS\r\n', 'unknown-operation'],
    [`PUB ${'x'.repeat(97)}`, undefined],
    [`PUB ${'x'.repeat(99)}`, 'control-line-too-long'],
    [`SUB ${'x'.repeat(97)}\r\n`, 'control-line-too-long'],
    ['PUB a 51\r\n', 'payload-too-large'],
    ['HPUB a 12 51\r\n', 'payload-too-large'],
    [`PUB a ${'9'.repeat(60)}\r\n`, 'payload-too-large'],
    ['PUB a..b 0\r\n', 'invalid-subject'],
    ['PUB .a 0\r\n', 'invalid-subject'],
    ['PUB a. 0\r\n', 'invalid-subject'],
    ['PUB a *..b 0\r\n', 'invalid-subject'],
    ['PUB a\x01 0\r\n', 'invalid-subject'],
    ['PUB a\x7f 0\r\n', 'invalid-subject'],
    ['PUB a\rb 0\r\n', 'invalid-subject'],
    ['SUB bad..subject 1\r\n', 'invalid-subject'],
    ['SUB >.a 1\r\n', 'invalid-subject'],
    ['SUB a b c 1\r\n', 'malformed-arguments'],
    ['SUB a\r\n', 'malformed-arguments'],
    ['SUB a 1é\r\n', 'malformed-arguments'],
    ['UNSUB\r\n', 'malformed-arguments'],
    ['UNSUB 1 x\r\n', 'malformed-arguments'],
    ['UNSUB 1 2 3\r\n', 'malformed-arguments'],
    ['PING 1\r\n', 'malformed-arguments'],
    ['PUB a\r\n', 'malformed-arguments'],
    ['PUB a b c 1\r\n', 'malformed-arguments'],
    ['PUB a -1\r\n', 'malformed-arguments'],
    ['PUB a 1e1\r\n', 'malformed-arguments'],
    ['PUB a 1: \r\n', 'malformed-arguments'],
    ['PUB a 1/ \r\n', 'malformed-arguments'],
    ['HPUB a 12\r\n', 'malformed-arguments'],
    ['HPUB a 13 12\r\n', 'malformed-arguments'],
    ['HPUB a 11 12\r\n', 'malformed-arguments'],
    ['HPUB a 11 12\r\n', 'malformed-arguments'],
    ['PUB a 2\r\nhix\n', 'payload-end-missing'],
    ['PUB a 2\r\nhi\n', 'payload-end-missing'],
    ['PUB a 2\r\nhi\rx', 'payload-end-missing'],
  ])('answers %j with %s and takes nothing more', (text, kind) => {
    // The second PING would be read if anything were.
    const commands = read(`${text}${text.endsWith('\n') ? 'PING\r\nPING\r\n' : ''}`);
    expect(commands).toEqual(kind === undefined ? [] : [['error', kind]]);
  });

  test('rejects subjects that are not UTF-8', () => {
    const stream = Buffer.concat([
      Buffer.from('CONNECT {}\r\nPUB a'),
      Buffer.of(0xc3, 0x28),
      Buffer.from(' 0\r\n\r\n'),
    ]);
    expect(parseChunks([stream], limits).slice(1)).toEqual([['error', 'invalid-subject']]);
  });

  test('tells a subject from the last one where only their bytes differ', () => {
    const stream = Buffer.concat([
      Buffer.from('CONNECT {}\r\nPUB é 0\r\n\r\nPUB é 0\r\n\r\nPUB '),
      Buffer.of(0xe9), // é in latin1
      Buffer.from(' 0\r\n\r\n'),
    ]);
    expect(parseChunks([stream], limits).slice(1)).toEqual([
      ['PUB', 'é', undefined, 0, ''],
      ['PUB', 'é', undefined, 0, ''],
      ['error', 'invalid-subject'],
    ]);
  });

  test.each(['PING\r\n', 'PUB a 1000000000\r\n', 'P', '\x16\x03\x01', 'CONNE '])(
    'rejects %j before CONNECT',
    (text) => {
      const commands = parseChunks([Buffer.from(text, 'latin1')], limits);
      expect(commands).toEqual([['error', 'connect-expected']]);
    },
  );

  test('names no text where nats-server closes without one', () => {
    expect(protocolErrorTexts).toMatchObject({
      'connect-expected': 'Authorization Violation',
      'unknown-operation': 'Unknown Protocol Operation',
      'control-line-too-long': 'maximum control line exceeded',
      'payload-too-large': 'Maximum Payload Violation',
      'invalid-subject': 'Invalid Subject',
      'malformed-arguments': undefined,
    });
  });

  test('takes nothing more once it is stopped, in the middle of a chunk too', () => {
    const commands: WireCommand[] = [];
    const parser = new CommandParser(limits, {
      ...recordingHandler(commands),
      onConnect: () => parser.stop(),
    });
    parser.feed(Buffer.from('CONNECT {}\r\nPING\r\n'));
    parser.feed(Buffer.from('PING\r\n'));
    parser.resume();
    expect(commands).toEqual([]);
  });

  test('keeps what a pause holds back, and drops it when stopped', () => {
    const commands: WireCommand[] = [];
    const parser = new CommandParser(limits, {
      ...recordingHandler(commands),
      onConnect: () => parser.pause(),
    });
    parser.feed(Buffer.from('CONNECT {}\r\nPING\r\nPI'));
    parser.feed(Buffer.from('NG\r\n'));
    expect(commands).toEqual([]);
    parser.resume();
    expect(commands).toEqual([['PING'], ['PING']]);
    parser.pause();
    parser.feed(Buffer.from('PONG\r\n'));
    parser.stop();
    parser.resume();
    expect(commands).toEqual([['PING'], ['PING']]);
  });
});
