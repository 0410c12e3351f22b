const sequenceWidth = 12;
const payload = 'x'.repeat(128);
const headers = 'NATS/1.0\r\n\r\n';

/** Ready-made deliveries to one subscription of one group, in which only the sequence is written. */
export class DeliveryTemplate {
  readonly #key: string;
  readonly #sid: string;
  readonly #frame: Buffer;
  readonly #sequenceStart: number;

  constructor(names: { readonly stream: string; readonly group: string; readonly sid: string }) {
    const { stream, group, sid } = names;
    this.#key = `${stream}.${group}`;
    this.#sid = sid;
    const zeros = '0'.repeat(sequenceWidth);
    const head = `HMSG ${stream}.final ${sid} $JS.ACK.${stream}.${group}.1.`;
    const sizes = `${headers.length} ${headers.length + payload.length}`;
    const tail = `.1.1795257843983000000.0 ${sizes}\r\n${headers}${payload}\r\n`;
    this.#frame = Buffer.from(`${head}${zeros}${tail}`, 'latin1');
    this.#sequenceStart = head.length;
  }

  fits(key: string, sid: string): boolean {
    return key === this.#key && sid === this.#sid;
  }

  /** A run of deliveries, counted upwards from `sequence`. */
  frames(sequence: number, count: number): Buffer {
    const frame = this.#frame;
    const bytes = Buffer.allocUnsafe(frame.length * count);
    for (let index = 0; index < count; index += 1) {
      const start = index * frame.length;
      frame.copy(bytes, start);
      let left = sequence + index;
      for (let at = start + this.#sequenceStart + sequenceWidth - 1; left > 0; at -= 1) {
        bytes[at] = 48 + (left % 10);
        left = Math.floor(left / 10);
      }
    }
    return bytes;
  }
}
