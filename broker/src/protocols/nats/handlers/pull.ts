import {
  badRequest,
  EXCEEDED_MAX_WAITING,
  NO_RESPONDERS,
  parsePullRequest,
} from '../../../codecs/nats/index.ts';
import type { ParsedPullRequest } from '../../../codecs/nats/index.ts';
import type { StationEngine } from '../../../core/ports/index.ts';
import { externalName, internalName } from '../../../core/stations/index.ts';
import type { Clock, Scheduler } from '../../../foundation/index.ts';
import { ClientPull } from '../client-pull.ts';
import type { Client } from '../client.ts';
import type { ConnectionLimits } from '../options.ts';
import type { PartitionRoute, StationRoutes } from '../station-routes.ts';
import type { ClientRequest, RequestHandler } from './request-handler.ts';

const SUBJECT_START = '$JS.API.CONSUMER.MSG.NEXT.';

/** What a client asks for, and where it waits for it. */
export interface WantedPull {
  readonly route: PartitionRoute;
  readonly group: string;
  readonly parsed: ParsedPullRequest;
  readonly inbox: string;
}

/** `$JS.API.CONSUMER.MSG.NEXT.<stream>.<group>`: a pull, which answers by messages and statuses. */
export class PullHandler implements RequestHandler {
  readonly subject = `${SUBJECT_START}>`;
  readonly #engine: StationEngine;
  readonly #routes: StationRoutes;
  readonly #clock: Clock;
  readonly #scheduler: Scheduler;
  readonly #limits: ConnectionLimits;

  constructor(
    engine: StationEngine,
    routes: StationRoutes,
    clock: Clock,
    scheduler: Scheduler,
    limits: ConnectionLimits,
  ) {
    this.#engine = engine;
    this.#routes = routes;
    this.#clock = clock;
    this.#scheduler = scheduler;
    this.#limits = limits;
  }

  answer({ client, subject, reply, payload }: ClientRequest): Promise<undefined> {
    const [stream = '', group = '', ...more] = subject.slice(SUBJECT_START.length).split('.');
    const route = this.#routes.byStream(stream);
    if (reply === undefined) return Promise.resolve(undefined);
    if (route === undefined || group === '' || more.length > 0) {
      // Silence would let the client wait for its own timer.
      client.inbox(reply).status(NO_RESPONDERS);
    } else {
      this.pull(client, {
        route,
        group: externalName(group),
        parsed: parsePullRequest(payload),
        inbox: reply,
      });
    }
    return Promise.resolve(undefined);
  }

  refusal(): undefined {
    return undefined;
  }

  /** Starts a pull, or says why not. */
  pull(client: Client, wanted: WantedPull): void {
    const inbox = client.inbox(wanted.inbox);
    const { access } = client.identity;
    const { station } = wanted.route;
    // Of the statuses, this is the one that ends a fetch with its text in every SDK.
    if (!access.may('read', station))
      return inbox.status(badRequest(access.refusal(station).wireText));
    const { request } = wanted.parsed;
    if (request === undefined) return inbox.status(badRequest(wanted.parsed.badRequest));
    if (client.pulls.count >= this.#limits.pullCountMax) {
      return inbox.status(EXCEEDED_MAX_WAITING);
    }
    const viewer = client.viewers.find(wanted.route.stream, internalName(wanted.group));
    const pull = new ClientPull(viewer ?? this.#engine, this.#clock, this.#scheduler, {
      route: wanted.route,
      group: wanted.group,
      request,
      inbox,
      graceMs: this.#limits.pullTimeoutGraceMs,
      onOver: (over) => client.pulls.remove(over),
    });
    client.pulls.add(pull);
    pull.start();
  }
}
