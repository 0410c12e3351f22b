import type { PubAck } from '../../codecs/nats/index.ts';
import type { BusMessage } from '../../core/ports/index.ts';
import { encodeUtf8 } from '../../foundation/index.ts';

/**
 * Tells a publisher that its message is stored.
 *
 * There is one for each publish, so it travels as the numbers it consists of: a client of this process
 * has them written straight into its frames; only a bus that leaves the process asks for bytes.
 */
export class PubAckMessage implements BusMessage, PubAck {
  readonly subject: string;
  readonly reply = undefined;
  readonly headerBytes = 0;
  readonly stream: string;
  readonly sequence: number;
  readonly duplicate: boolean;

  constructor(subject: string, stream: string, sequence: number, duplicate: boolean) {
    this.subject = subject;
    this.stream = stream;
    this.sequence = sequence;
    this.duplicate = duplicate;
  }

  get message(): Uint8Array {
    const { stream, sequence, duplicate } = this;
    const fields = { stream, seq: sequence, ...(duplicate ? { duplicate } : {}) };
    return encodeUtf8(JSON.stringify(fields));
  }
}
