import type { BusMessage, StationEngine } from '../../../core/ports/index.ts';
import type { Client } from '../client.ts';
import type { PartitionRoute, StationRoutes } from '../station-routes.ts';
import type { AckHandler } from './ack.ts';
import { PublishReceipt, refusePublish } from './pub-ack.ts';
import type { PublishError } from './pub-ack.ts';
import { readPublishHeaders } from './publish-headers.ts';
import type { PublishHeaders } from './publish-headers.ts';
import type { RequestDesk } from './request-desk.ts';

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
 * | any other                 | the bus |
 */
export class PublishHandler {
  readonly #engine: StationEngine;
  readonly #routes: StationRoutes;
  readonly #acks: AckHandler;
  readonly #desk: RequestDesk;

  constructor(engine: StationEngine, routes: StationRoutes, acks: AckHandler, desk: RequestDesk) {
    this.#engine = engine;
    this.#routes = routes;
    this.#acks = acks;
    this.#desk = desk;
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
    if (!client.publish(published)) client.noResponders(published.reply);
  }

  #append(client: Client, route: PartitionRoute, published: BusMessage): void {
    const { reply, message, headerBytes } = published;
    let messageId: string | undefined;
    if (headerBytes > 0) {
      const headers = readPublishHeaders(message, headerBytes);
      const error = refusalOf(headers, route);
      if (error !== undefined) {
        if (reply !== undefined) refusePublish(client, route, reply, error);
        return;
      }
      messageId = headers?.messageId;
    }
    client.workload.begin(message.length);
    this.#engine.append(
      route.address,
      { message, headerBytes, messageId },
      new PublishReceipt(client, route, reply, message.length),
    );
  }
}

function refusalOf(
  headers: PublishHeaders | undefined,
  route: PartitionRoute,
): PublishError | undefined {
  if (headers === undefined) {
    return {
      code: 400,
      errorCode: 10003,
      description:
        'bad request: header keys must not be empty nor hold blanks or control characters',
    };
  }
  const { precondition } = headers;
  if (precondition === undefined) return undefined;
  if (precondition.key !== 'Nats-Expected-Stream') {
    // Storing the message although the condition may not hold would be the one wrong answer.
    return {
      code: 400,
      errorCode: 10003,
      description: `bad request: the header ${precondition.key} is not supported`,
    };
  }
  if (precondition.value === route.stream) return undefined;
  return { code: 400, errorCode: 10060, description: 'expected stream does not match' };
}
