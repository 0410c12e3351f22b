import type { Bus, BusListener, BusMessage, BusSubscription } from '../../core/ports/index.ts';
import { SubjectTrie } from '../../core/subjects/index.ts';

/** A listener and the queue it shares the work of, if any. */
interface Interest {
  readonly queue: string | undefined;
  readonly listener: BusListener;
  cancelled: boolean;
}

/** Who gets a message: each of `everybody`, and one of each queue. */
interface Audience {
  readonly everybody: readonly Interest[];
  readonly queues: readonly Queue[];
}

interface Queue {
  readonly members: readonly Interest[];
  /** Index of the member that is served next. */
  turn: number;
}

/** The bus of a single process: a message is with its listeners when `publish` returns. */
export class LocalBus implements Bus {
  readonly #interests = new SubjectTrie<Interest, Audience>((interests) => this.#gather(interests));
  /** Messages handed to queues. A queue is gathered anew after each change and goes on from here. */
  #queueMessageCount = 0;

  publish(message: BusMessage): boolean {
    const { everybody, queues } = this.#interests.match(message.subject);
    for (let index = 0; index < everybody.length; index++) {
      const interest = everybody[index]!;
      // A listener before this one may have cancelled it.
      if (!interest.cancelled) interest.listener(message);
    }
    for (let index = 0; index < queues.length; index++) this.#serveQueue(queues[index]!, message);
    return everybody.length > 0 || queues.length > 0;
  }

  subscribe(pattern: string, queue: string | undefined, listener: BusListener): BusSubscription {
    const interest: Interest = { queue, listener, cancelled: false };
    this.#interests.add(pattern, interest);
    return {
      cancel: () => {
        if (interest.cancelled) return;
        interest.cancelled = true;
        this.#interests.remove(pattern, interest);
      },
    };
  }

  hasListener(subject: string): boolean {
    const { everybody, queues } = this.#interests.match(subject);
    return everybody.length > 0 || queues.length > 0;
  }

  #serveQueue(queue: Queue, message: BusMessage): void {
    const { members } = queue;
    this.#queueMessageCount += 1;
    for (let tries = 0; tries < members.length; tries++) {
      const member = members[queue.turn]!;
      queue.turn = queue.turn + 1 < members.length ? queue.turn + 1 : 0;
      if (!member.cancelled) {
        member.listener(message);
        return;
      }
    }
  }

  /** Listeners of one queue share its messages even where they asked for them by different patterns. */
  #gather(interests: readonly Interest[]): Audience {
    const everybody: Interest[] = [];
    const membersByQueue = new Map<string, Interest[]>();
    for (const interest of interests) {
      if (interest.queue === undefined) {
        everybody.push(interest);
      } else {
        const members = membersByQueue.get(interest.queue);
        if (members === undefined) membersByQueue.set(interest.queue, [interest]);
        else members.push(interest);
      }
    }
    const queues = [...membersByQueue.values()].map((members) => ({
      members,
      turn: this.#queueMessageCount % members.length,
    }));
    return { everybody, queues };
  }
}
