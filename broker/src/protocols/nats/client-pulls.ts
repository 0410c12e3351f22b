import { subjectMatches } from '../../core/subjects/index.ts';
import type { ClientPull } from './client-pull.ts';

/** The pulls of one client that are not over. */
export class ClientPulls {
  readonly #byInbox = new Map<string, Set<ClientPull>>();
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(pull: ClientPull): void {
    const pulls = this.#byInbox.get(pull.inboxSubject);
    if (pulls === undefined) this.#byInbox.set(pull.inboxSubject, new Set([pull]));
    else pulls.add(pull);
    this.#count += 1;
  }

  remove(pull: ClientPull): void {
    const pulls = this.#byInbox.get(pull.inboxSubject);
    if (pulls?.delete(pull) !== true) return;
    this.#count -= 1;
    if (pulls.size === 0) this.#byInbox.delete(pull.inboxSubject);
  }

  /** Ends those that only a subscription to this pattern listened for. */
  inboxGone(pattern: string): void {
    const inboxes = /[*>]/.test(pattern)
      ? [...this.#byInbox.keys()].filter((inbox) => subjectMatches(pattern, inbox))
      : [pattern];
    for (const pull of inboxes.flatMap((inbox) => [...(this.#byInbox.get(inbox) ?? [])])) {
      if (!pull.isOpen()) pull.cancel();
    }
  }

  /** The client has read and can take messages again. */
  resume(): void {
    for (const pull of this.#all()) pull.resume();
  }

  cancelAll(): void {
    for (const pull of this.#all()) pull.cancel();
  }

  #all(): ClientPull[] {
    return [...this.#byInbox.values()].flatMap((pulls) => [...pulls]);
  }
}
