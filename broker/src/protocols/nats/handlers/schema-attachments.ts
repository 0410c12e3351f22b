import type { BrokerError } from '../../../core/errors/index.ts';
import type { StationSchemas } from '../../../core/schemas/index.ts';
import { checkedName } from '../../../core/stations/index.ts';
import { readFields } from './request-fields.ts';
import type { ClientRequest, RequestHandler } from './request-handler.ts';

/**
 * `$memphis_schema_attachments` (wire-protocol.md 2.10). The update is with the station's producers
 * before the answer is with the client.
 */
export class SchemaAttachments implements RequestHandler {
  readonly subject = '$memphis_schema_attachments';
  readonly #stationSchemas: StationSchemas;

  constructor(stationSchemas: StationSchemas) {
    this.#stationSchemas = stationSchemas;
  }

  async answer({ client, payload }: ClientRequest): Promise<string> {
    const fields = readFields(payload);
    const station = checkedName('Station', fields.text('station_name'));
    client.identity.access.demand('write', station);
    const schema = checkedName('Schema', fields.text('name'));
    await this.#stationSchemas.attach(schema, station);
    return '';
  }

  refusal(error: BrokerError): string {
    switch (error.code) {
      case 'STATION_NOT_FOUND':
        return `memphis: ${error.wireText}`;
      case 'REQUEST_MALFORMED':
        return `failed attaching schema : ${error.wireText}`;
      default:
        return error.wireText;
    }
  }
}
