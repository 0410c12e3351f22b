import type { BrokerError } from '../../../core/errors/index.ts';
import type { StationSchemas } from '../../../core/schemas/index.ts';
import { checkedName } from '../../../core/stations/index.ts';
import { readFields } from './request-fields.ts';
import type { ClientRequest, RequestHandler } from './request-handler.ts';

/** `$memphis_schema_detachments` (wire-protocol.md 2.10). Succeeds for a station without a schema, too. */
export class SchemaDetachments implements RequestHandler {
  readonly subject = '$memphis_schema_detachments';
  readonly #stationSchemas: StationSchemas;

  constructor(stationSchemas: StationSchemas) {
    this.#stationSchemas = stationSchemas;
  }

  async answer({ client, payload }: ClientRequest): Promise<string> {
    const station = checkedName('Station', readFields(payload).text('station_name'));
    client.identity.access.demand('write', station);
    await this.#stationSchemas.detach(station);
    return '';
  }

  refusal(error: BrokerError): string {
    // Memphis writes this one with a small letter.
    if (error.code === 'STATION_NOT_FOUND') return error.wireText.replace(/^S/, 's');
    return error.wireText;
  }
}
