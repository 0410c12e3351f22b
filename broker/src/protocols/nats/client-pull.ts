import {
  CONSUMER_DELETED,
  EXCEEDED_MAX_WAITING,
  idleHeartbeat,
  messageTooLarge,
  NO_MESSAGES,
  NO_RESPONDERS,
  requestTimeout,
} from '../../codecs/nats/index.ts';
import type { PullRequest } from '../../codecs/nats/index.ts';
import type { Delivery } from '../../core/delivery/index.ts';
import type { Pull, PullEnd, PullReceiver, StationEngine } from '../../core/ports/index.ts';
import { internalName } from '../../core/stations/index.ts';
import type { Cancel, Clock, Scheduler } from '../../foundation/index.ts';
import type { Inbox } from './inbox.ts';
import type { PartitionRoute } from './station-routes.ts';

/** What a pull is made of. */
export interface ClientPullParts {
  readonly route: PartitionRoute;
  readonly group: string;
  readonly request: PullRequest;
  readonly inbox: Inbox;
  /** How long after its end the client is told. */
  readonly graceMs: number;
  readonly onOver: (pull: ClientPull) => void;
}

/** What messages are pulled from: the engine, or a viewer. */
export type PullSource = Pick<StationEngine, 'pull' | 'groupState'>;

const noCancel: Cancel = () => undefined;

/**
 * One pull of one client (wire-protocol.md 3.5).
 *
 * | state     | means                                  | entered by            | left by |
 * | waiting   | messages are sent as they come         | `start`               | the last message, the end of the group, `cancel`, `expires` |
 * | timed out | no message is sent any more; the 408 is held back for the grace | `expires` | the grace's end, `cancel` |
 * | over      | nothing is sent, no timer runs          | all of those          | never |
 *
 * The grace is there because nats-py fails when a 408 comes between its own `expires` and its own
 * timer, and messages stop before it because nobody takes them any more by then.
 */
export class ClientPull implements PullReceiver {
  readonly #engine: PullSource;
  readonly #clock: Clock;
  readonly #scheduler: Scheduler;
  readonly #parts: ClientPullParts;
  readonly #deliver: (delivery: Delivery) => void;
  #state: 'waiting' | 'timed-out' | 'over' = 'waiting';
  #pull: Pull | undefined;
  #remaining: number;
  #bytesLeft: number;
  /** When the client last heard of this pull. */
  #lastSignMs: number;
  #hasDelivered = false;
  /** A pull that does not wait met an empty partition and takes the next messages that come. */
  #takesNextBurst = false;
  #endAtMs = Infinity;
  #cancelEnd: Cancel = noCancel;
  #cancelHeartbeat: Cancel = noCancel;

  constructor(engine: PullSource, clock: Clock, scheduler: Scheduler, parts: ClientPullParts) {
    this.#engine = engine;
    this.#clock = clock;
    this.#scheduler = scheduler;
    this.#parts = parts;
    const { subject, stream } = parts.route;
    const group = internalName(parts.group);
    this.#deliver = parts.inbox.deliveriesFrom({ subject, stream, group });
    this.#remaining = parts.request.batch;
    this.#bytesLeft = parts.request.bytesMax;
    this.#lastSignMs = clock.monotonicMs();
  }

  get inboxSubject(): string {
    return this.#parts.inbox.subject;
  }

  start(): void {
    const { batch, bytesMax, expiresMs, idleHeartbeatMs } = this.#parts.request;
    if (expiresMs !== undefined) {
      this.#endAtMs = this.#clock.monotonicMs() + expiresMs;
      this.#cancelEnd = this.#scheduler.after(expiresMs, () => this.#timeOut());
    } else if (batch <= 0) {
      this.#finish(requestTimeout(this.#remainder()));
      return;
    }
    if (idleHeartbeatMs !== undefined) this.#planHeartbeat(idleHeartbeatMs);
    if (batch <= 0) return; // nothing is wanted; the client waits for the 408

    const { route, group } = this.#parts;
    const pull = this.#engine.pull(route.address, group, { batch, bytesMax }, this);
    this.#pull = pull;
    if (this.#state === 'over') pull.cancel(); // it ended within the call
  }

  /** Ends it without a word. */
  cancel(): void {
    this.#finish(undefined);
  }

  /** The client has read. */
  resume(): void {
    if (this.#state === 'waiting') this.#pull?.resume();
  }

  isOpen(): boolean {
    return this.#state === 'waiting' && this.#parts.inbox.isSubscribed;
  }

  isReady(): boolean {
    return this.#parts.inbox.hasRoom;
  }

  deliver(delivery: Delivery): void {
    this.#remaining -= 1;
    this.#bytesLeft -= delivery.message.length;
    this.#hasDelivered = true;
    if (this.#parts.request.idleHeartbeatMs !== undefined) {
      this.#lastSignMs = this.#clock.monotonicMs();
    }
    this.#deliver(delivery);
    if (this.#takesNextBurst) {
      this.#takesNextBurst = false;
      this.#scheduler.soon(() => this.#finish(requestTimeout(this.#remainder())));
    }
  }

  caughtUp(): void {
    const { noWait, expiresMs } = this.#parts.request;
    if (!noWait) return;
    if (this.#hasDelivered) this.#finish(requestTimeout(this.#remainder()));
    else if (expiresMs === undefined) this.#finish(NO_MESSAGES);
    else this.#takesNextBurst = true;
  }

  ended(end: PullEnd): void {
    this.#finish(this.#lastWords(end));
  }

  #lastWords(end: PullEnd): string | undefined {
    switch (end) {
      case 'filled':
      case 'closed':
        return undefined;
      case 'group-deleted':
      case 'station-deleted':
        return CONSUMER_DELETED;
      case 'no-such-group':
        return NO_RESPONDERS;
      case 'message-too-large':
        return messageTooLarge(this.#remainder());
      case 'too-many-waiting':
        return EXCEEDED_MAX_WAITING;
    }
  }

  #remainder(): { messages: number; bytes: number } {
    const limitsBytes = this.#parts.request.bytesMax > 0;
    return { messages: this.#remaining, bytes: limitsBytes ? Math.max(this.#bytesLeft, 0) : 0 };
  }

  #timeOut(): void {
    this.#state = 'timed-out';
    this.#cancelHeartbeat();
    this.#pull?.cancel();
    this.#cancelEnd = this.#scheduler.after(this.#parts.graceMs, () =>
      this.#finish(requestTimeout(this.#remainder())),
    );
  }

  /**
   * Right before the end there is none: the 408 is the sign of life. Timers come a little early or late, so that
   * without the margin a client that asked for one at half-time would sometimes get a second with its 408.
   */
  #planHeartbeat(delayMs: number): void {
    if (this.#clock.monotonicMs() + delayMs > this.#endAtMs - this.#parts.graceMs) return;
    this.#cancelHeartbeat = this.#scheduler.after(delayMs, () => this.#heartbeat());
  }

  /** The timer is not set anew for each message: it looks when the last one was. */
  #heartbeat(): void {
    const intervalMs = this.#parts.request.idleHeartbeatMs ?? 0;
    const dueInMs = this.#lastSignMs + intervalMs - this.#clock.monotonicMs();
    if (dueInMs > 0) return this.#planHeartbeat(dueInMs);
    this.#lastSignMs = this.#clock.monotonicMs();
    this.#planHeartbeat(intervalMs);
    if (this.isOpen()) void this.#sendHeartbeat();
    else this.cancel();
  }

  async #sendHeartbeat(): Promise<void> {
    const remaining = this.#remaining;
    const last = await this.#lastOfGroup();
    // What came meanwhile was a sign of life itself, and made these numbers old.
    if (this.#remaining !== remaining || this.#state !== 'waiting') return;
    // Without room the client has more to read than a sign of life.
    if (this.#parts.inbox.hasRoom) this.#parts.inbox.status(idleHeartbeat(last));
  }

  async #lastOfGroup(): Promise<{ sequence: number; deliverySequence: number }> {
    const { route, group } = this.#parts;
    try {
      const state = await this.#engine.groupState(route.address, group);
      return {
        sequence: state?.deliveredSequence ?? 0,
        deliverySequence: state?.deliveryCount ?? 0,
      };
    } catch {
      // The engine says by itself what is wrong with it; the client only needs the sign of life.
      return { sequence: 0, deliverySequence: 0 };
    }
  }

  #finish(lastWords: string | undefined): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#cancelEnd();
    this.#cancelHeartbeat();
    this.#pull?.cancel();
    this.#parts.onOver(this);
    if (lastWords !== undefined) this.#parts.inbox.status(lastWords);
  }
}
