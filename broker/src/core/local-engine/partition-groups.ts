import type { StoreChange } from '../ports/ordered-store.ts';
import type { DelayedMessages } from './delayed-messages.ts';
import type { PartitionGroups } from './partition-parts.ts';
import type { StoredGroup } from './stored-group.ts';

/** The groups of one partition, by name. */
export class GroupsOfPartition implements PartitionGroups {
  readonly #groups = new Map<string, StoredGroup>();
  delayed: DelayedMessages | undefined;

  get count(): number {
    return this.#groups.size;
  }

  get settledByAll(): number {
    let lowest = Infinity;
    for (const { delivery } of this.#groups.values()) {
      lowest = Math.min(lowest, delivery.settledSequence);
    }
    return lowest;
  }

  isSettledByAll(sequence: number): boolean {
    for (const { delivery } of this.#groups.values()) {
      if (!delivery.isSettled(sequence)) return false;
    }
    return true;
  }

  /** The time of a delayed message has come. */
  due(sequence: number): void {
    for (const { delivery } of this.#groups.values()) delivery.due(sequence);
  }

  /** A delayed message was cancelled: no group is to get it. */
  cancelled(sequence: number): void {
    for (const { delivery } of this.#groups.values()) delivery.drop(sequence);
  }

  stored(): void {
    for (const { delivery } of this.#groups.values()) delivery.pump();
  }

  removingBelow(firstSequence: number): void {
    for (const { delivery } of this.#groups.values()) delivery.failHeldBelow(firstSequence);
  }

  removedBelow(firstSequence: number): void {
    this.delayed?.removedBelow(firstSequence);
    for (const { delivery } of this.#groups.values()) delivery.removedBelow(firstSequence);
  }

  removedRecords(): readonly StoreChange[] {
    return this.delayed?.removedRecords() ?? [];
  }

  get(name: string): StoredGroup | undefined {
    return this.#groups.get(name);
  }

  add(group: StoredGroup): void {
    this.#groups.set(group.settings.name, group);
  }

  delete(name: string): void {
    this.#groups.delete(name);
  }

  all(): Iterable<StoredGroup> {
    return this.#groups.values();
  }
}
