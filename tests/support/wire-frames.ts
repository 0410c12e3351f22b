import { Dice } from './dice.ts';

/** One piece of what a client might send, and how it was made. */
export interface WireFrame {
  readonly kind: 'valid' | 'mutated' | 'hostile';
  readonly bytes: Buffer;
}

/** What frames are made of. */
export interface WireFrameOptions {
  /** Published to and subscribed; `frames.a` and the like unless told otherwise. */
  readonly subjects?: readonly string[];
  /** Payloads of every other publish; the rest are random bytes. */
  readonly payloads?: readonly Buffer[];
  /** The broker's limit: frames come close to it and step over it. */
  readonly payloadBytesMax?: number;
  readonly controlLineBytesMax?: number;
  /** Parts of each kind among a hundred; the rest is valid. */
  readonly mutatedPercent?: number;
  readonly hostilePercent?: number;
}

/**
 * An endless supply of client frames from one seed: valid ones in all the spellings that the
 * protocol allows, valid ones with a few bytes changed, and ones that are made to hurt.
 */
export class WireFrames {
  readonly #dice: Dice;
  readonly #options: Required<WireFrameOptions>;

  constructor(seed: number, options: WireFrameOptions = {}) {
    this.#dice = new Dice(seed);
    this.#options = {
      subjects: ['frames.a', 'frames.b.c', 'f', 'größe.日本', '$frames#x$1.final', 'a*b.c>d'],
      payloads: [],
      payloadBytesMax: 1024,
      controlLineBytesMax: 4096,
      mutatedPercent: 30,
      hostilePercent: 20,
      ...options,
    };
  }

  next(): WireFrame {
    const throwOf100 = this.#dice.below(100);
    const { mutatedPercent, hostilePercent } = this.#options;
    if (throwOf100 < mutatedPercent) return { kind: 'mutated', bytes: this.#mutated() };
    if (throwOf100 < mutatedPercent + hostilePercent) {
      return { kind: 'hostile', bytes: this.#hostile() };
    }
    return { kind: 'valid', bytes: this.valid() };
  }

  /** A frame that every parser has to take. */
  valid(): Buffer {
    const dice = this.#dice;
    switch (dice.below(8)) {
      case 0:
        return this.#line(dice.pick(['PING', 'PONG']));
      case 1:
        return this.#line('SUB', this.#pattern(), ...this.#perhaps('group'), this.#sid());
      case 2:
        return this.#line('UNSUB', this.#sid(), ...this.#perhaps(String(dice.below(5))));
      case 3:
      case 4:
        return this.#publish(this.#headerBlock());
      default:
        return this.#publish(undefined);
    }
  }

  /** The bytes cut at random places; pieces may be empty. */
  split(bytes: Buffer, piecesMax: number): Buffer[] {
    const cuts = Array.from({ length: this.#dice.below(piecesMax) }, () =>
      this.#dice.below(bytes.length + 1),
    ).sort((a, b) => a - b);
    return [0, ...cuts].map((start, index) => bytes.subarray(start, cuts[index] ?? bytes.length));
  }

  #mutated(): Buffer {
    const dice = this.#dice;
    let bytes = this.valid();
    for (let changes = 1 + dice.below(3); changes > 0; changes--) {
      const place = dice.below(bytes.length + 1);
      const before = bytes.subarray(0, place);
      const behind = bytes.subarray(place);
      switch (dice.below(6)) {
        case 0: // a bit
          if (behind.length > 0) behind[0]! ^= 1 << dice.below(8);
          break;
        case 1: // something in between
          bytes = Buffer.concat([before, dice.bytes(1 + dice.below(4)), behind]);
          break;
        case 2: // something missing
          bytes = Buffer.concat([before, behind.subarray(1 + dice.below(4))]);
          break;
        case 3: // something twice
          bytes = Buffer.concat([before, behind.subarray(0, 1 + dice.below(20)), behind]);
          break;
        case 4: // a character that means something
          bytes = Buffer.concat([before, Buffer.from(dice.pick(MEANINGFUL)), behind]);
          break;
        default: // a wrong number
          bytes = Buffer.from(
            bytes.toString('latin1').replace(/\d+/, () => dice.pick(NUMBERS)),
            'latin1',
          );
      }
    }
    return bytes;
  }

  #hostile(): Buffer {
    const dice = this.#dice;
    const { payloadBytesMax, controlLineBytesMax } = this.#options;
    const long = 'x'.repeat(controlLineBytesMax);
    switch (dice.below(10)) {
      case 0:
        return dice.bytes(1 + dice.below(200));
      case 1:
        return this.#line('PUB', dice.pick(this.#options.subjects), dice.pick(NUMBERS));
      case 2:
        return this.#line('PUB', dice.pick(BAD_SUBJECTS), '0');
      case 3:
        return this.#line('SUB', dice.pick(BAD_SUBJECTS), this.#sid());
      case 4:
        return this.#line('PUB', dice.pick(this.#options.subjects), String(payloadBytesMax + 1));
      case 5: {
        const sizes = [dice.pick(NUMBERS), dice.pick(NUMBERS)];
        return this.#line('HPUB', dice.pick(this.#options.subjects), ...sizes);
      }
      case 6:
        return this.#line(dice.pick(['PUB', 'SUB', 'CONNECT', 'FOO', '']), long);
      case 7:
        return Buffer.from(long.slice(0, dice.below(long.length))); // a line without an end
      case 8:
        return Buffer.from(dice.pick(STRANGERS), 'latin1');
      default:
        return this.#line(
          dice.pick(['PUB', 'HPUB', 'SUB', 'UNSUB', 'PING', '+OK', '-ERR', 'MSG', 'INFO']),
          ...Array.from({ length: dice.below(7) }, () => dice.pick(['a', '1', '12', '-1', '*'])),
        );
    }
  }

  #publish(headerBlock: Buffer | undefined): Buffer {
    const message = Buffer.concat([headerBlock ?? Buffer.alloc(0), this.#payload(headerBlock)]);
    const sizes = headerBlock === undefined ? [] : [headerBlock.length];
    const line = this.#line(
      headerBlock === undefined ? 'PUB' : 'HPUB',
      this.#dice.pick(this.#options.subjects),
      ...this.#perhaps(`_INBOX.${this.#dice.below(1e6)}.1`),
      ...[...sizes, message.length].map(String),
    );
    return Buffer.concat([line, message, Buffer.from('\r\n')]);
  }

  #payload(headerBlock: Buffer | undefined): Buffer {
    const dice = this.#dice;
    if (this.#options.payloads.length > 0 && dice.once(2)) return dice.pick(this.#options.payloads);
    const roomBytes = this.#options.payloadBytesMax - (headerBlock?.length ?? 0);
    if (dice.once(30)) return dice.bytes(roomBytes);
    if (dice.once(10)) return Buffer.from('PING\r\n'.repeat(dice.below(4))); // no command in here
    return dice.bytes(dice.below(Math.min(roomBytes, 40)));
  }

  #headerBlock(): Buffer {
    const lines = Array.from(
      { length: this.#dice.below(4) },
      (_, index) => `${this.#dice.pick(['msg-id', 'key', '$memphis_producedBy'])}${index}: v\r\n`,
    );
    return Buffer.from(`NATS/1.0\r\n${lines.join('')}\r\n`);
  }

  #pattern(): string {
    const subject = this.#dice.pick(this.#options.subjects);
    return this.#dice.pick([subject, `${subject}.*`, `${subject}.>`, `*.${subject}`]);
  }

  #sid(): string {
    return String(1 + this.#dice.below(50));
  }

  #perhaps(word: string): string[] {
    return this.#dice.once(2) ? [word] : [];
  }

  /** A control line in one of its spellings. */
  #line(...words: string[]): Buffer {
    const dice = this.#dice;
    const [operation = '', ...fields] = words;
    let line = dice.once(4) ? operation.toLowerCase() : operation;
    for (const field of fields)
      line += (dice.once(6) ? dice.pick(['  ', '\t', ' \t ']) : ' ') + field;
    if (dice.once(6)) line += ' ';
    return Buffer.from(line + (dice.once(10) ? '\n' : '\r\n'));
  }
}

const MEANINGFUL = [' ', '\t', '\r', '\n', '\r\n', '.', '*', '>', '\0', '\x7f', '-', '0', '$', 'é'];
const NUMBERS = [
  '0',
  '1',
  '2',
  '11',
  '12',
  '007',
  '-1',
  '+1',
  '1.5',
  '1e3',
  '0x10',
  '',
  'x',
].concat('2147483648', '9007199254740993', '9'.repeat(30));
const BAD_SUBJECTS = ['.', '..', 'a..b', '.a', 'a.', '*', '>', 'a.*', 'a.>', '>.a', 'a.>.b'].concat(
  'a\x01b',
  'a\x7f',
  '\u0000',
);
const STRANGERS = [
  'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
  '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', // TLS
  'SSH-2.0-OpenSSH_9.6\r\n',
  '\x00\x00\x00\x11\x00\x12', // Kafka
  '*1\r\n$4\r\nPING\r\n', // Redis
  'CONNECT {\r\n',
  'CONNECT {"verbose":true}\r\n',
  '\r\n\r\n',
  '\xff\xfe\xfd\r\n',
  'PUB \xc3\x28 0\r\n\r\n', // not UTF-8
];
