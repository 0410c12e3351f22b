/**
 * What was promised to the producers of the restart drill and what reached its groups, by the texts of
 * the messages. A text carries the number of restarts before it was first sent.
 */
export class RestartLedger {
  #restartCount = 0;
  #redeliveryCount = 0;
  #lastNumber = 0;
  readonly #acknowledged = new Set<string>();
  readonly #receivedBy = new Map<string, Set<string>>();
  /** For each producer and group the restarts before the newest text that was acknowledged or received. */
  readonly #newest = new Map<string, number>();

  get restartCount(): number {
    return this.#restartCount;
  }

  get acknowledgedCount(): number {
    return this.#acknowledged.size;
  }

  /** Deliveries of a message that its group had received before. */
  get redeliveryCount(): number {
    return this.#redeliveryCount;
  }

  /** From now on texts are of another round. */
  restarted(): void {
    this.#restartCount += 1;
  }

  /** A text that nobody had before. */
  nextText(producer: string): string {
    this.#lastNumber += 1;
    return `${this.#restartCount} ${this.#lastNumber} ${producer}`;
  }

  acknowledged(producer: string, text: string): void {
    this.#acknowledged.add(text);
    this.#note(`producer ${producer}`, text);
  }

  received(group: string, text: string): void {
    const received = this.#receivedBy.get(group) ?? new Set();
    this.#receivedBy.set(group, received);
    if (received.has(text)) this.#redeliveryCount += 1;
    received.add(text);
    this.#note(`group ${group}`, text);
  }

  /** Whether something that was first sent after the last restart was acknowledged to this producer. */
  hasProducedSince(producer: string): boolean {
    return this.#newest.get(`producer ${producer}`) === this.#restartCount;
  }

  /** Whether something that was first sent after the last restart reached this group. */
  hasReceivedSince(group: string): boolean {
    return this.#newest.get(`group ${group}`) === this.#restartCount;
  }

  /** All that was acknowledged up to now. */
  promised(): readonly string[] {
    return [...this.#acknowledged];
  }

  /** Those of the promised texts that did not reach this group. */
  missing(group: string, promised: readonly string[]): string[] {
    const received = this.#receivedBy.get(group);
    return promised.filter((text) => received?.has(text) !== true);
  }

  #note(who: string, text: string): void {
    const round = Number(text.slice(0, text.indexOf(' ')));
    this.#newest.set(who, Math.max(round, this.#newest.get(who) ?? 0));
  }
}
