import { BrokerError } from '../../../core/errors/index.ts';
import { checkedGroupRequest } from '../../../core/groups/index.ts';
import type { GroupMembership } from '../../../core/groups/index.ts';
import type { StationSchemas } from '../../../core/schemas/index.ts';
import { checkedName } from '../../../core/stations/index.ts';
import type { StationRegistry } from '../../../core/stations/index.ts';
import { partitionList } from './partition-list.ts';
import { readFields } from './request-fields.ts';
import type { ClientRequest, RequestHandler } from './request-handler.ts';
import { schemaUpdate } from './schema-update.ts';

/** SDKs before this version of the request know no partitions and cannot have a station made for them. */
const requestVersionMin = 2;

/**
 * `$memphis_consumer_creations` (wire-protocol.md 2.7). When the answer is sent, the group exists on
 * every partition. Refusals are plain text: the SDK for Python cannot show an error inside JSON.
 */
export class ConsumerCreations implements RequestHandler {
  readonly subject = '$memphis_consumer_creations';
  readonly #stations: StationRegistry;
  readonly #stationSchemas: StationSchemas;
  readonly #membership: GroupMembership;

  constructor(
    stations: StationRegistry,
    stationSchemas: StationSchemas,
    membership: GroupMembership,
  ) {
    this.#stations = stations;
    this.#stationSchemas = stationSchemas;
    this.#membership = membership;
  }

  async answer({ client, payload }: ClientRequest): Promise<string> {
    const { identity } = client;
    const fields = readFields(payload);
    const { consumerName, settings, start } = checkedGroupRequest({
      consumerName: fields.text('name'),
      consumerType: fields.text('consumer_type'),
      group: fields.text('consumers_group'),
      ackTimeMs: fields.integer('max_ack_time_ms'),
      deliveries: fields.integer('max_msg_deliveries'),
      startSequence: fields.integer('start_consume_from_sequence', 1),
      lastMessages: fields.integer('last_messages', -1),
    });
    const stationName = checkedName('Station', fields.text('station_name'));
    identity.access.demand('read', stationName);
    const connectionId = fields.text('connection_id') || identity.connectionId;
    const applicationId = fields.text('app_id') || connectionId;
    const sdkLanguage = fields.text('sdk_lang') || identity.sdkLanguage;
    const version = fields.integer('req_version');
    if (version < requestVersionMin) {
      const exists = this.#stations.find(stationName) !== undefined;
      throw new BrokerError(exists ? 'SDK_TOO_OLD_TO_CONSUME' : 'SDK_TOO_OLD_TO_CREATE', {
        version,
      });
    }

    const station = await this.#stations.ensure(stationName, identity.user);
    const member = {
      connectionId,
      name: consumerName,
      user: identity.user,
      applicationId,
      sdkLanguage,
    };
    await this.#membership.join(station, member, settings, start);
    return JSON.stringify({
      schema_update: schemaUpdate(this.#stationSchemas.of(station)),
      partitions_update: { partitions_list: partitionList(station) },
      error: '',
    });
  }

  refusal(error: BrokerError): string {
    return error.wireText;
  }
}
