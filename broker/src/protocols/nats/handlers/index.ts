import type { NatsOptions, NatsServices } from '../options.ts';
import { pushSchemaUpdates } from '../push-schema-updates.ts';
import { StationRoutes } from '../station-routes.ts';
import { AccountInfo } from './account-info.ts';
import { AckHandler } from './ack.ts';
import { ApiConsumerCreation } from './api-consumer-creation.ts';
import { ApiConsumerDeletion } from './api-consumer-deletion.ts';
import { ApiConsumerReset } from './api-consumer-reset.ts';
import { ConsumerCreations } from './consumer-creations.ts';
import { ConsumerDestructions } from './consumer-destructions.ts';
import { ConsumerInfo } from './consumer-info.ts';
import { consumerLists } from './consumer-lists.ts';
import { DirectGet } from './direct-get.ts';
import { MessageSearch } from './message-search.ts';
import { ProducerCreations } from './producer-creations.ts';
import { ProducerDestructions } from './producer-destructions.ts';
import { DeadLetterAcks } from './dead-letter-acks.ts';
import { DeadLetterCalls } from './dead-letter-calls.ts';
import { Notifications } from './notifications.ts';
import { PublishHandler } from './publish.ts';
import { PullHandler } from './pull.ts';
import { RequestDesk } from './request-desk.ts';
import { SchemaAttachments } from './schema-attachments.ts';
import { SchemaCreations } from './schema-creations.ts';
import { SchemaDetachments } from './schema-detachments.ts';
import { SchemaFailures } from './schema-failures.ts';
import { StationCreations } from './station-creations.ts';
import { StationDestructions } from './station-destructions.ts';
import { StreamInfo } from './stream-info.ts';
import { StreamList } from './stream-list.ts';
import { StreamMessageDelete } from './stream-message-delete.ts';
import { StreamMessageGet } from './stream-message-get.ts';
import { StreamNames } from './stream-names.ts';
import { StreamPurge } from './stream-purge.ts';
import { UnsupportedApi } from './unsupported-api.ts';

export type { PublishHandler } from './publish.ts';

/**
 * Builds what a published message can lead to. A new request is a file beside this one and a line
 * in the list below.
 */
export function buildPublishHandler(services: NatsServices, options: NatsOptions): PublishHandler {
  const { stations, schemas, stationSchemas, producers, membership, deadLetters } = services;
  const { engine, bus, clock, scheduler, logger } = services;
  pushSchemaUpdates(stationSchemas, bus);
  const routes = new StationRoutes(stations);
  const pulls = new PullHandler(engine, routes, clock, scheduler, options);
  const search = new MessageSearch(engine, scheduler);
  const consumers = { engine, stations, membership, routes, clock, scheduler };
  const desk = new RequestDesk(
    [
      new StationCreations(stations, stationSchemas),
      new StationDestructions(stations),
      new ProducerCreations(stations, stationSchemas, producers, clock),
      new ProducerDestructions(stations, producers),
      new ConsumerCreations(stations, stationSchemas, membership),
      new ConsumerDestructions(stations, membership),
      new SchemaCreations(schemas),
      new SchemaAttachments(stationSchemas),
      new SchemaDetachments(stationSchemas),
      new DeadLetterCalls(engine, stations, logger),
      new DeadLetterAcks(deadLetters, stations, logger),
      new SchemaFailures(deadLetters, stations, logger),
      new Notifications(logger),
      new AccountInfo(stations),
      new StreamNames(stations, routes),
      new StreamInfo(engine, stations, routes, clock),
      new StreamList(engine, stations, clock),
      new StreamMessageGet(routes, search),
      new StreamMessageDelete(engine, routes),
      new StreamPurge(engine, routes, logger),
      new DirectGet(routes, search),
      new ConsumerInfo(engine, routes, clock),
      ...consumerLists(engine, routes, clock),
      new ApiConsumerCreation('$JS.API.CONSUMER.CREATE.', consumers),
      new ApiConsumerCreation('$JS.API.CONSUMER.DURABLE.CREATE.', consumers),
      new ApiConsumerDeletion(consumers),
      new ApiConsumerReset(consumers, logger),
      pulls,
      new UnsupportedApi(),
    ],
    logger,
  );
  const acks = new AckHandler(engine, routes, pulls);
  return new PublishHandler(engine, routes, acks, desk, clock, options);
}
