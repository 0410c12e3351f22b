import { randomUUID } from 'node:crypto';
import type { BrokerError } from '../../../core/errors/index.ts';
import { changedSettings, sameSettings } from '../../../core/groups/index.ts';
import type { GroupChange, GroupMembership, GroupState } from '../../../core/groups/index.ts';
import type { PartitionState, StationEngine } from '../../../core/ports/index.ts';
import type { StationRegistry } from '../../../core/stations/index.ts';
import type { Clock, Scheduler } from '../../../foundation/index.ts';
import type { Client } from '../client.ts';
import type { PartitionRoute, StationRoutes } from '../station-routes.ts';
import { Viewer } from '../viewer.ts';
import {
  apiErrorOf,
  apiErrorReply,
  apiReply,
  badApiRequest,
  consumerNotFound,
  streamNotFound,
} from './api-reply.ts';
import type { ApiError } from './api-reply.ts';
import { describeGroup, describeViewer } from './group-description.ts';
import { readFields } from './request-fields.ts';
import type { ClientRequest, RequestHandler } from './request-handler.ts';
import { wantedGroup } from './wanted-group.ts';
import { asksForViewer, wantedViewer } from './wanted-viewer.ts';
import type { WantedViewer } from './wanted-viewer.ts';

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
  readonly scheduler: Scheduler;
}

/**
 * `$JS.API.CONSUMER.CREATE.<stream>[.<name>[.<filter>]]` and
 * `$JS.API.CONSUMER.DURABLE.CREATE.<stream>.<name>`: creates a group, or gives it new settings.
 *
 * Without acks it is a viewer: nothing but a place of this client in one partition.
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

  async answer({ client, subject, payload }: ClientRequest): Promise<string> {
    const { engine, stations, membership, routes, clock } = this.#parts;
    const fields = readFields(payload);
    const [stream = '', name = ''] = subject.slice(this.#subjectStart.length).split('.');
    const route = routes.byStream(stream);
    const station = route && stations.byId(route.address.stationId);
    if (route === undefined || station === undefined) return refusalText(streamNotFound);
    client.identity.access.demand('read', route.station);
    const named = fields.text('stream_name');
    if (named !== '' && named !== stream) {
      return refusalText(badApiRequest('stream_name and subject name different streams'));
    }
    const config = fields.object('config');
    if (asksForViewer(config)) return this.#view(client, wantedViewer(config, name, route), route);
    const wanted = wantedGroup(config, name, route);
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

  async #view(
    client: Client,
    wanted: WantedViewer | ApiError,
    route: PartitionRoute,
  ): Promise<string> {
    if (!('start' in wanted)) return refusalText(wanted);
    const { engine, scheduler, clock } = this.#parts;
    const { stream, address } = route;
    const state = await engine.partitionState(address);
    if (state === undefined) return refusalText(streamNotFound);
    if (client.viewers.count >= viewerCountMax) return refusalText(tooManyViewers);
    const name = wanted.name === '' ? `viewer-${randomUUID()}` : wanted.name;
    const createdAtMs = clock.wallMs();
    const firstSequence = firstSequenceOf(wanted.start, state);
    const parts = { engine, scheduler, address, name, start: wanted.start, createdAtMs };
    const viewer = new Viewer({ ...parts, firstSequence });
    client.viewers.put(stream, name, viewer);
    const seen = await viewer.groupState();
    return seen === undefined
      ? refusalText(streamNotFound)
      : apiReply('consumer_create', describeViewer(seen, route, clock.wallMs()));
  }

  refusal(error: BrokerError): string {
    return refusalText(apiErrorOf(error));
  }
}

/** Ordered consumers make a new one for each disturbance and delete the old one. */
const viewerCountMax = 256;
const tooManyViewers: ApiError = {
  code: 400,
  err_code: 10026,
  description: 'maximum consumers limit reached',
};

function firstSequenceOf(start: WantedViewer['start'], { lastSequence }: PartitionState): number {
  switch (start.kind) {
    case 'first':
      return 1;
    case 'new':
      return lastSequence + 1;
    case 'sequence':
      return start.sequence;
    case 'last':
      return Math.max(lastSequence - start.count + 1, 1);
  }
}

function refusalText(error: ApiError): string {
  return apiErrorReply('consumer_create', error);
}

/** The action says whether the caller takes the consumer for a new one. */
function refusalOf(
  action: string,
  known: GroupState | undefined,
  wanted: GroupChange,
): ApiError | undefined {
  switch (action) {
    case '':
      return undefined;
    case 'create':
      return known === undefined ||
        sameSettings(known.settings, changedSettings(wanted, known.settings))
        ? undefined
        : consumerExists;
    case 'update':
      return known === undefined ? consumerMissing : undefined;
    default:
      return badApiRequest('action has to be create, update, or left out');
  }
}
