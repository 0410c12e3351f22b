import type { BrokerError } from '../../../core/errors/index.ts';
import type { ProducerRegistry } from '../../../core/producers/index.ts';
import { checkedName } from '../../../core/stations/index.ts';
import type { StationRegistry } from '../../../core/stations/index.ts';
import { readFields } from './request-fields.ts';
import type { ClientRequest, RequestHandler } from './request-handler.ts';

/** `$memphis_producer_destructions` (wire-protocol.md 2.6). Succeeds for what does not exist, too. */
export class ProducerDestructions implements RequestHandler {
  readonly subject = '$memphis_producer_destructions';
  readonly #stations: StationRegistry;
  readonly #producers: ProducerRegistry;

  constructor(stations: StationRegistry, producers: ProducerRegistry) {
    this.#stations = stations;
    this.#producers = producers;
  }

  async answer({ client, payload }: ClientRequest): Promise<string> {
    const fields = readFields(payload);
    const name = checkedName('Producer', fields.text('name'));
    const stationName = checkedName('Station', fields.text('station_name'));
    client.identity.access.demand('write', stationName);
    const station = this.#stations.find(stationName);
    const connectionId = fields.text('connection_id') || client.identity.connectionId;
    if (station !== undefined) {
      this.#producers.remove({ connectionId, stationId: station.id, name });
    }
    return '';
  }

  refusal(error: BrokerError): string {
    return error.wireText;
  }
}
