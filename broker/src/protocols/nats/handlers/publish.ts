import type { BusMessage, ExpectedLast, StationEngine } from '../../../core/ports/index.ts';
import type { Clock } from '../../../foundation/index.ts';
import type { Client } from '../client.ts';
import type { ConnectionLimits } from '../options.ts';
import type { PartitionRoute, StationRoutes } from '../station-routes.ts';
import type { AckHandler } from './ack.ts';
import { forbiddenPublish, PublishReceipt, refusePublish } from './pub-ack.ts';
import { readPublishHeaders } from './publish-headers.ts';
import type { RequestDesk } from './request-desk.ts';
import { headersTooLarge, storeOrder } from './store-order.ts';

const DOLLAR = 0x24;
const ACK_START = '$JS.ACK.';

/** Subjects on which only the broker speaks: SDKs act on what they read there. */
const reserved = ['$memphis_', '$JS.'];

/**
 * PUB and HPUB: to a station's partition, to a request's handler, to an ack, or to whoever listens.
 *
 * | subject                   | goes to |
 * | `$JS.ACK.>`               | the group whose delivery it settles |
 * | `$memphis_*`, `$JS.API.>` | its handler; what has none reaches nobody |
 * | `<stream>.final`          | the partition, if the station exists |
 * | any other                 | the bus; what nobody hears there under `<stream>.` is refused |
 */
export class PublishHandler {
  readonly #engine: StationEngine;
  readonly #routes: StationRoutes;
  readonly #acks: AckHandler;
  readonly #desk: RequestDesk;
  readonly #clock: Clock;
  readonly #headerBytesMax: number;

  constructor(
    engine: StationEngine,
    routes: StationRoutes,
    acks: AckHandler,
    desk: RequestDesk,
    clock: Clock,
    limits: Pick<ConnectionLimits, 'headerBytesMax'>,
  ) {
    this.#headerBytesMax = limits.headerBytesMax;
    this.#engine = engine;
    this.#routes = routes;
    this.#acks = acks;
    this.#desk = desk;
    this.#clock = clock;
  }

  handle(client: Client, published: BusMessage): void {
    const { subject } = published;
    if (subject.charCodeAt(0) === DOLLAR) {
      if (subject.startsWith(ACK_START)) return this.#acks.handle(client, published);
      if (this.#desk.handle(client, published)) return;
      if (reserved.some((start) => subject.startsWith(start))) {
        return client.noResponders(published.reply);
      }
    } else {
      const route = this.#routes.bySubject(subject);
      if (route !== undefined) return this.#append(client, route, published);
    }
    if (!client.publish(published)) this.#unheard(client, published);
  }

  #append(client: Client, route: PartitionRoute, published: BusMessage): void {
    const { reply, message, headerBytes } = published;
    const { access } = client.identity;
    if (!access.may('write', route.station)) {
      const error = forbiddenPublish(access.refusal(route.station));
      if (reply !== undefined) refusePublish(client, route, reply, error);
      return;
    }
    let messageId: string | undefined;
    let expectedLast: ExpectedLast | undefined;
    let deliverAtMs: number | undefined;
    if (headerBytes > 0) {
      const order =
        headerBytes > this.#headerBytesMax
          ? headersTooLarge(this.#headerBytesMax)
          : storeOrder(readPublishHeaders(message, headerBytes), route, this.#clock);
      if ('errorCode' in order) {
        if (reply !== undefined) refusePublish(client, route, reply, order);
        return;
      }
      ({ messageId, expectedLast, deliverAtMs } = order);
    }
    client.workload.begin(message.length);
    this.#engine.append(
      route.address,
      { message, headerBytes, messageId, expectedLast, deliverAtMs },
      new PublishReceipt(client, route, reply, message.length),
    );
  }

  /** Says so when a message was meant for a partition and is not published where it is stored. */
  #unheard(client: Client, { subject, reply }: BusMessage): void {
    const dot = subject.indexOf('.');
    const route = this.#routes.byStream(dot === -1 ? subject : subject.slice(0, dot));
    if (reply === undefined || route === undefined || dot === -1) {
      return client.noResponders(reply);
    }
    const description = `bad request: a station stores what is published to ${route.subject}`;
    refusePublish(client, route, reply, { code: 400, errorCode: 10003, description });
  }
}
