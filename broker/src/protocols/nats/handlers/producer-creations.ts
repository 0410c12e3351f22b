import { BrokerError } from '../../../core/errors/index.ts';
import type { ProducerRegistry } from '../../../core/producers/index.ts';
import type { EnforcedSchema, StationSchemas } from '../../../core/schemas/index.ts';
import { checkedName } from '../../../core/stations/index.ts';
import type { Station, StationRegistry } from '../../../core/stations/index.ts';
import type { Clock } from '../../../foundation/index.ts';
import { partitionList } from './partition-list.ts';
import { readFields } from './request-fields.ts';
import type { ClientRequest, RequestHandler } from './request-handler.ts';
import { schemaUpdate } from './schema-update.ts';

/** SDKs before this version of the request know no partitions and cannot have a station made for them. */
const requestVersionMin = 2;
/** Below 2, nats-py and nats.go fail when a producer is destroyed. */
const stationVersion = 2;

/**
 * `$memphis_producer_creations` (wire-protocol.md 2.5). Creates the station with default settings
 * when it is missing. Always answered in JSON: SDKs parse the reply before they look for an error.
 */
export class ProducerCreations implements RequestHandler {
  readonly subject = '$memphis_producer_creations';
  readonly #stations: StationRegistry;
  readonly #stationSchemas: StationSchemas;
  readonly #producers: ProducerRegistry;
  readonly #clock: Clock;

  constructor(
    stations: StationRegistry,
    stationSchemas: StationSchemas,
    producers: ProducerRegistry,
    clock: Clock,
  ) {
    this.#stations = stations;
    this.#stationSchemas = stationSchemas;
    this.#producers = producers;
    this.#clock = clock;
  }

  async answer({ client, payload }: ClientRequest): Promise<string> {
    const { identity } = client;
    const fields = readFields(payload);
    const name = checkedName('Producer', fields.text('name'));
    const stationName = checkedName('Station', fields.text('station_name'));
    identity.access.demand('write', stationName);
    const type = fields.text('producer_type');
    const connectionId = fields.text('connection_id') || identity.connectionId;
    const applicationId = fields.text('app_id') || connectionId;
    const sdkLanguage = fields.text('sdk_lang') || identity.sdkLanguage;
    if (type !== 'application' && type !== 'connector') {
      throw new BrokerError('PRODUCER_TYPE', { value: type });
    }
    const version = fields.integer('req_version');
    if (version < requestVersionMin) {
      const exists = this.#stations.find(stationName) !== undefined;
      throw new BrokerError(exists ? 'SDK_TOO_OLD_TO_PRODUCE' : 'SDK_TOO_OLD_TO_CREATE', {
        version,
      });
    }

    const station = await this.#stations.ensure(stationName, identity.user);
    this.#producers.add({
      connectionId,
      stationId: station.id,
      name,
      user: identity.user,
      applicationId,
      sdkLanguage,
      createdAtMs: this.#clock.wallMs(),
    });
    return producerReply(station, this.#stationSchemas.of(station), '');
  }

  refusal(error: BrokerError): string {
    return producerReply(undefined, undefined, error.wireText);
  }
}

/** Every key is there in every reply: each is read by some SDK without a look whether it is. */
function producerReply(
  station: Station | undefined,
  enforced: EnforcedSchema | undefined,
  error: string,
): string {
  const created = station !== undefined;
  return JSON.stringify({
    schema_update: schemaUpdate(enforced),
    partitions_update: { partitions_list: created ? partitionList(station) : null },
    schemaverse_to_dls: created && station.deadLetters.schemaFailures,
    send_notification: false,
    station_version: created ? stationVersion : 0,
    station_partitions_first_functions: created ? {} : null,
    error,
  });
}
