import { BrokerError } from '../../../core/errors/index.ts';
import type { GroupMembership } from '../../../core/groups/index.ts';
import { checkedName } from '../../../core/stations/index.ts';
import type { StationRegistry } from '../../../core/stations/index.ts';
import { readFields } from './request-fields.ts';
import type { ClientRequest, RequestHandler } from './request-handler.ts';

/** `$memphis_consumer_destructions` (wire-protocol.md 2.8). SDKs take the text "not exist" for success. */
export class ConsumerDestructions implements RequestHandler {
  readonly subject = '$memphis_consumer_destructions';
  readonly #stations: StationRegistry;
  readonly #membership: GroupMembership;

  constructor(stations: StationRegistry, membership: GroupMembership) {
    this.#stations = stations;
    this.#membership = membership;
  }

  async answer({ client, payload }: ClientRequest): Promise<string> {
    const fields = readFields(payload);
    const name = checkedName('Consumer', fields.text('name'));
    const stationName = checkedName('Station', fields.text('station_name'));
    client.identity.access.demand('read', stationName);
    const connectionId = fields.text('connection_id') || client.identity.connectionId;
    const station = this.#stations.find(stationName);
    const left =
      station !== undefined && (await this.#membership.leave(station, { connectionId, name }));
    if (!left) {
      throw new BrokerError('CONSUMER_NOT_FOUND', { consumer: name, station: stationName });
    }
    return '';
  }

  refusal(error: BrokerError): string {
    return error.wireText;
  }
}
