import type { BrokerError } from '../../../core/errors/index.ts';
import type { StationSchemas } from '../../../core/schemas/index.ts';
import { checkedName, stationSettings } from '../../../core/stations/index.ts';
import type { StationRegistry, StationRequest } from '../../../core/stations/index.ts';
import { readFields } from './request-fields.ts';
import type { ClientRequest, RequestHandler } from './request-handler.ts';

/** `$memphis_station_creations` (wire-protocol.md 2.3). Creating what exists succeeds and changes nothing. */
export class StationCreations implements RequestHandler {
  readonly subject = '$memphis_station_creations';
  readonly #stations: StationRegistry;
  readonly #stationSchemas: StationSchemas;

  constructor(stations: StationRegistry, stationSchemas: StationSchemas) {
    this.#stations = stations;
    this.#stationSchemas = stationSchemas;
  }

  async answer({ client, payload }: ClientRequest): Promise<string> {
    const request = readStationRequest(payload);
    const { access, user } = client.identity;
    const name = checkedName('Station', request.name);
    access.demandCreation(name);
    // What exists is not compared with the request, so nothing else in it can be wrong.
    if (this.#stations.find(name) !== undefined) return '';
    const settings = stationSettings(request);
    // It gets copies of messages, and is created when it is missing.
    if (settings.deadLetterStation !== null) access.demandCreation(settings.deadLetterStation);
    await this.#stationSchemas.createStation(settings, user);
    return '';
  }

  refusal(error: BrokerError): string {
    return error.wireText;
  }
}

function readStationRequest(payload: Uint8Array): StationRequest {
  const fields = readFields(payload);
  const deadLetters = fields.object('dls_configuration');
  return {
    name: fields.text('name'),
    retentionType: fields.text('retention_type'),
    retentionValue: fields.integer('retention_value'),
    storageType: fields.text('storage_type'),
    replicas: fields.integer('replicas'),
    idempotencyWindowMs: fields.integer('idempotency_window_in_ms'),
    schemaName: fields.text('schema_name'),
    // What the SDKs send unless told otherwise; left out, no message may be lost for it.
    deadLetters: {
      undelivered: deadLetters.flag('poison', true),
      schemaFailures: deadLetters.flag('schemaverse', true),
    },
    partitions: fields.integer('partitions_number'),
    deadLetterStation: fields.text('dls_station'),
  };
}
