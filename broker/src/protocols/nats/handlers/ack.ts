import { AckSubjectReader, parseAck } from '../../../codecs/nats/index.ts';
import type { Settlement } from '../../../core/delivery/index.ts';
import type { BusMessage, StationEngine } from '../../../core/ports/index.ts';
import { externalName } from '../../../core/stations/index.ts';
import type { Client } from '../client.ts';
import type { StationRoutes } from '../station-routes.ts';
import type { PullHandler } from './pull.ts';

const ACK: Settlement = { kind: 'ack' };
const PROGRESS: Settlement = { kind: 'progress' };

/**
 * `$JS.ACK.>`: what a member says of a delivery, from whichever connection.
 *
 * What cannot be read, and what is settled already, is ignored (wire-protocol.md 3.8). With a reply
 * subject the settlement is confirmed by an empty message once it is on disk.
 */
export class AckHandler {
  readonly #engine: StationEngine;
  readonly #routes: StationRoutes;
  readonly #pulls: PullHandler;
  readonly #address = new AckSubjectReader();
  #lastGroup = { internal: '', external: '' };

  constructor(engine: StationEngine, routes: StationRoutes, pulls: PullHandler) {
    this.#engine = engine;
    this.#routes = routes;
    this.#pulls = pulls;
  }

  handle(client: Client, published: BusMessage): void {
    const { message, headerBytes, reply } = published;
    const address = this.#address;
    if (!address.read(published.subject)) return;
    const { sequence } = address;
    const payload = headerBytes === 0 ? message : message.subarray(headerBytes);
    const ack = parseAck(payload);
    const route = this.#routes.byStream(address.stream);
    if (ack === undefined || route === undefined) return;
    // Silence, also with a reply subject: clients take any answer for a confirmation.
    if (!client.identity.access.may('read', route.station)) return;
    const group = this.#externalGroup(address.group);

    if (ack.kind === 'next') {
      this.#engine.settle(route.address, group, sequence, ACK);
      if (reply !== undefined) {
        this.#pulls.pull(client, { route, group, parsed: ack.request, inbox: reply });
      }
      return;
    }
    let settlement: Settlement;
    if (ack.kind === 'ack') settlement = ACK;
    else if (ack.kind === 'progress') settlement = PROGRESS;
    else settlement = ack;
    if (ack.kind === 'term') {
      client.lastTerm = { address: route.address, group, sequence };
    }

    if (reply === undefined) {
      this.#engine.settle(route.address, group, sequence, settlement);
      return;
    }
    client.workload.begin(0);
    this.#engine.settle(route.address, group, sequence, settlement, (error) => {
      // Silence where it was not confirmed: the client tries again, or the message comes again.
      if (error === undefined) client.reply(reply, '');
      client.workload.end(0);
    });
  }

  /** Acks come in bursts for one group, whose name is worth remembering. */
  #externalGroup(group: string): string {
    if (group !== this.#lastGroup.internal) {
      this.#lastGroup = { internal: group, external: externalName(group) };
    }
    return this.#lastGroup.external;
  }
}
