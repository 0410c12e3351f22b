import type { BrokerError } from '../../../core/errors/index.ts';
import type { GroupMembership, GroupSettings, GroupState } from '../../../core/groups/index.ts';
import type { StationEngine } from '../../../core/ports/index.ts';
import type { StationRegistry } from '../../../core/stations/index.ts';
import type { Clock } from '../../../foundation/index.ts';
import type { StationRoutes } from '../station-routes.ts';
import {
  apiErrorOf,
  apiErrorReply,
  apiReply,
  badApiRequest,
  consumerNotFound,
  streamNotFound,
} from './api-reply.ts';
import type { ApiError } from './api-reply.ts';
import { describeGroup } from './group-description.ts';
import { readFields } from './request-fields.ts';
import type { ClientRequest, RequestHandler } from './request-handler.ts';
import { wantedGroup } from './wanted-group.ts';

const consumerExists: ApiError = {
  code: 400,
  err_code: 10148,
  description: 'consumer already exists',
};
const consumerMissing: ApiError = {
  code: 400,
  err_code: 10149,
  description: 'consumer does not exist',
};

/** What the handlers of this page stand on. */
export interface ApiConsumerParts {
  readonly engine: StationEngine;
  readonly stations: StationRegistry;
  readonly membership: GroupMembership;
  readonly routes: StationRoutes;
  readonly clock: Clock;
}

/**
 * `$JS.API.CONSUMER.CREATE.<stream>[.<name>[.<filter>]]` and
 * `$JS.API.CONSUMER.DURABLE.CREATE.<stream>.<name>`: creates a group, or gives it new settings.
 *
 * A group is one of the station: it begins on every partition, whichever the stream in the subject is.
 */
export class ApiConsumerCreation implements RequestHandler {
  readonly subject: string;
  readonly #subjectStart: string;
  readonly #parts: ApiConsumerParts;

  constructor(subjectStart: string, parts: ApiConsumerParts) {
    this.subject = `${subjectStart}>`;
    this.#subjectStart = subjectStart;
    this.#parts = parts;
  }

  async answer({ subject, payload }: ClientRequest): Promise<string> {
    const { engine, stations, membership, routes, clock } = this.#parts;
    const fields = readFields(payload);
    const [stream = '', name = ''] = subject.slice(this.#subjectStart.length).split('.');
    const route = routes.byStream(stream);
    const station = route && stations.byId(route.address.stationId);
    if (route === undefined || station === undefined) return refusalText(streamNotFound);
    const named = fields.text('stream_name');
    if (named !== '' && named !== stream) {
      return refusalText(badApiRequest('stream_name and subject name different streams'));
    }
    const wanted = wantedGroup(fields.object('config'), name, route);
    if (!('settings' in wanted)) return refusalText(wanted);
    const { settings, start } = wanted;
    const known = await engine.groupState(route.address, settings.name);
    const refused = refusalOf(fields.text('action'), known, settings);
    if (refused !== undefined) return refusalText(refused);
    await membership.putGroup(station, settings, start);
    const state = await engine.groupState(route.address, settings.name);
    return state === undefined
      ? refusalText(consumerNotFound) // deleted in the same moment
      : apiReply('consumer_create', describeGroup(state, route, clock.wallMs()));
  }

  refusal(error: BrokerError): string {
    return refusalText(apiErrorOf(error));
  }
}

function refusalText(error: ApiError): string {
  return apiErrorReply('consumer_create', error);
}

/** The action says whether the caller takes the consumer for a new one. */
function refusalOf(
  action: string,
  known: GroupState | undefined,
  { ackTimeoutMs, deliveryCountMax }: GroupSettings,
): ApiError | undefined {
  switch (action) {
    case '':
      return undefined;
    case 'create':
      return known === undefined ||
        (known.settings.ackTimeoutMs === ackTimeoutMs &&
          known.settings.deliveryCountMax === deliveryCountMax)
        ? undefined
        : consumerExists;
    case 'update':
      return known === undefined ? consumerMissing : undefined;
    default:
      return badApiRequest('action has to be create, update, or left out');
  }
}
