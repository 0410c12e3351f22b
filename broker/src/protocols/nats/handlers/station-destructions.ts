import { BrokerError } from '../../../core/errors/index.ts';
import { checkedName } from '../../../core/stations/index.ts';
import type { StationRegistry } from '../../../core/stations/index.ts';
import { readFields } from './request-fields.ts';
import type { ClientRequest, RequestHandler } from './request-handler.ts';

/** `$memphis_station_destructions` (wire-protocol.md 2.4). SDKs take the text "not exist" for success. */
export class StationDestructions implements RequestHandler {
  readonly subject = '$memphis_station_destructions';
  readonly #stations: StationRegistry;

  constructor(stations: StationRegistry) {
    this.#stations = stations;
  }

  async answer({ client, payload }: ClientRequest): Promise<string> {
    const station = checkedName('Station', readFields(payload).text('station_name'));
    client.identity.access.demandRemoval(station);
    if (!(await this.#stations.destroy(station))) {
      throw new BrokerError('STATION_NOT_FOUND', { station });
    }
    return '';
  }

  refusal(error: BrokerError): string {
    return error.wireText;
  }
}
