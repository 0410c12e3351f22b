import { createHash } from 'node:crypto';

/** A message as the drill published it. */
interface Sent {
  readonly partition: number;
  /** When it was first handed to the client, by the ledger's own count of things that happened. */
  readonly sentAt: number;
  /** When its ack came; undefined while there was none. */
  ackedAt: number | undefined;
  /** As the ack said; the SDK does not tell. */
  ackedSequence: number | undefined;
}

/** A message as it was read back. */
export interface ReadMessage {
  readonly partition: number;
  readonly sequence: number;
  readonly messageId: string;
  readonly payload: Uint8Array;
}

/**
 * The book of a drill: what was published, what the broker promised, and what that makes wrong.
 *
 * Everything is written down in the order in which the one process that drives the load saw it, so
 * "acknowledged before the other was sent" is a comparison of two numbers.
 */
export class Ledger {
  readonly #sent = new Map<string, Sent>();
  /** `partition/sequence` of settlements that the broker confirmed. */
  readonly #confirmed = new Set<string>();
  readonly #seen = new Map<string, Set<string>>();
  readonly #faults: string[] = [];
  #now = 0;
  #ackedCount = 0;

  get ackedCount(): number {
    return this.#ackedCount;
  }

  get confirmedCount(): number {
    return this.#confirmed.size;
  }

  /** What is wrong so far, in words. */
  get faults(): readonly string[] {
    return this.#faults;
  }

  /** Call it before each try; the first one counts. */
  sent(messageId: string, partition: number): void {
    if (this.#sent.has(messageId)) return;
    const sentAt = (this.#now += 1);
    this.#sent.set(messageId, { partition, sentAt, ackedAt: undefined, ackedSequence: undefined });
  }

  acked(messageId: string, sequence?: number): void {
    const sent = this.#sent.get(messageId);
    if (sent === undefined) throw new Error(`${messageId} was never sent`);
    sent.ackedSequence ??= sequence;
    if (sent.ackedAt !== undefined) return;
    sent.ackedAt = this.#now += 1;
    this.#ackedCount += 1;
  }

  /** A settlement was confirmed. */
  confirmed(partition: number, sequence: number): void {
    this.#confirmed.add(keyOf(partition, sequence));
  }

  /** The group whose settlements are confirmed was given a message, on the connection that confirms. */
  deliveredToConfirming(partition: number, sequence: number): void {
    if (!this.#confirmed.has(keyOf(partition, sequence))) return;
    this.#faults.push(`redelivered after a confirmed ack: ${keyOf(partition, sequence)}`);
  }

  seen(group: string, partition: number, sequence: number): void {
    const seen = this.#seen.get(group) ?? new Set();
    this.#seen.set(group, seen.add(keyOf(partition, sequence)));
  }

  /** Compares the promises with everything that the station holds now. */
  check(stored: readonly ReadMessage[]): readonly string[] {
    const byId = new Map<string, ReadMessage>();
    for (const message of stored) {
      const where = keyOf(message.partition, message.sequence);
      const first = byId.get(message.messageId);
      if (first !== undefined) {
        const both = `${keyOf(first.partition, first.sequence)} and ${where}`;
        this.#faults.push(`stored twice under ${message.messageId}: ${both}`);
      }
      byId.set(message.messageId, message);
      if (Buffer.compare(message.payload, payloadOf(message.messageId)) !== 0) {
        this.#faults.push(`changed payload: ${where}`);
      }
    }
    for (const [messageId, sent] of this.#sent) {
      if (sent.ackedAt === undefined) continue;
      const found = byId.get(messageId);
      if (found === undefined) this.#faults.push(`acknowledged and missing: ${messageId}`);
      else if ((sent.ackedSequence ?? found.sequence) !== found.sequence) {
        const said = String(sent.ackedSequence);
        this.#faults.push(`${messageId} is at ${String(found.sequence)}, its ack said ${said}`);
      }
    }
    this.#checkOrder(stored);
    return this.#faults;
  }

  /** Every stored message must have reached the group. */
  checkSeen(group: string, stored: readonly ReadMessage[]): readonly string[] {
    const seen = this.#seen.get(group) ?? new Set();
    for (const { partition, sequence } of stored) {
      const where = keyOf(partition, sequence);
      if (!seen.has(where)) this.#faults.push(`never delivered to ${group}: ${where}`);
    }
    return this.#faults;
  }

  /** What was acknowledged before another was sent lies before it. */
  #checkOrder(stored: readonly ReadMessage[]): void {
    const earliestAckBehind = new Map<number, number>();
    const fromTheEnd = [...stored].sort((one, other) => other.sequence - one.sequence);
    for (const message of fromTheEnd) {
      const sent = this.#sent.get(message.messageId);
      if (sent === undefined) {
        this.#faults.push(`stored and never sent: ${message.messageId}`);
        continue;
      }
      const behind = earliestAckBehind.get(message.partition) ?? Infinity;
      if (behind < sent.sentAt) {
        this.#faults.push(`lies before what was acknowledged earlier: ${message.messageId}`);
      }
      earliestAckBehind.set(message.partition, Math.min(behind, sent.ackedAt ?? Infinity));
    }
  }
}

/** The payload of a message follows from its id, so that a reader can tell whether it is whole. */
export function payloadOf(messageId: string): Buffer {
  const seed = createHash('sha256').update(messageId).digest();
  // Mostly small; one in 256 is large enough to fill pages of its own.
  const bytes = seed[0] === 0 ? 100_000 : 64 + (seed.readUInt16LE(1) % 2_000);
  const payload = Buffer.alloc(bytes, seed);
  payload.write(`${messageId} `);
  return payload;
}

function keyOf(partition: number, sequence: number): string {
  return `${String(partition)}/${String(sequence)}`;
}
