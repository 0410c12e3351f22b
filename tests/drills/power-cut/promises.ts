import type { Answer } from './answers.ts';
import type { Journal, Publish } from './journal.ts';

/** A message that the broker has acknowledged. */
export interface PromisedMessage {
  readonly id: number;
  readonly sequence: number;
  readonly publish: Publish;
}

/** What the broker had promised of a group on a partition. */
export interface PromisedGroup {
  readonly group: string;
  /** Confirmed as settled: never to be delivered again. */
  readonly settled: ReadonlySet<number>;
  /** Settled without having been told so: may be delivered again or not. */
  readonly uncertain: ReadonlySet<number>;
}

/** What the broker had promised of a partition. */
export interface PromisedPartition {
  readonly partition: number;
  /** By sequence. */
  readonly messages: ReadonlyMap<number, PromisedMessage>;
  readonly groups: readonly PromisedGroup[];
}

/** What the broker had promised of a station. */
export interface PromisedStation {
  readonly name: string;
  readonly retention: 'age' | 'count' | 'acked';
  /** `open` when an answer about its creation or destruction had not left: it may be there or not. */
  readonly existence: 'promised' | 'open' | 'destroyed';
  readonly partitions: readonly PromisedPartition[];
}

/** The promises whose answers had left the process with the record `index`, wholly. */
export function promisesAt(
  journal: Journal,
  answers: ReadonlyMap<number, Answer>,
  index: number,
): PromisedStation[] {
  const isAnswered = (id: number): boolean => (answers.get(id)?.index ?? Infinity) <= index;
  const operations = [...journal.operations.entries()];

  return journal.stations.map((plan) => {
    const own = operations.filter(([, { station }]) => station === plan.name);
    const isDone = (kind: string): boolean =>
      own.some(([id, operation]) => operation.kind === kind && isAnswered(id));
    const isWhole = isDone('create-station') && !isDone('announce-destruction');
    const groups = own.flatMap(([id, operation]) =>
      operation.kind === 'create-group' && isAnswered(id) ? [operation.group] : [],
    );
    const partitions = Array.from({ length: plan.partitionCount }, (_, place) => {
      const partition = place + 1;
      const messages = new Map<number, PromisedMessage>();
      const settled = new Map(groups.map((group) => [group, new Set<number>()]));
      const uncertain = new Map(groups.map((group) => [group, new Set<number>()]));
      for (const [id, operation] of own) {
        if (operation.kind === 'publish' && operation.partition === partition && isAnswered(id)) {
          const { seq } = JSON.parse(answers.get(id)?.frame.payload ?? '') as { seq: number };
          const first = operation.repeats ?? id;
          messages.set(seq, { id: first, sequence: seq, publish: operation });
        }
        if (operation.kind === 'settle' && operation.partition === partition) {
          const kept = isAnswered(id) ? settled : uncertain;
          kept.get(operation.group)?.add(operation.sequence);
        }
      }
      return {
        partition,
        messages,
        groups: groups.map((group) => ({
          group,
          settled: settled.get(group) ?? new Set(),
          uncertain: uncertain.get(group) ?? new Set(),
        })),
      };
    });
    return {
      name: plan.name,
      retention: plan.retention,
      existence: isWhole ? 'promised' : isDone('destroy-station') ? 'destroyed' : 'open',
      partitions,
    };
  });
}
