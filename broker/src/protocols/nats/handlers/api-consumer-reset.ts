import type { BrokerError } from '../../../core/errors/index.ts';
import type { GroupMove, GroupTarget } from '../../../core/groups/index.ts';
import { externalName } from '../../../core/stations/index.ts';
import type { Logger } from '../../../foundation/index.ts';
import { routeTo } from '../station-routes.ts';
import type { ApiConsumerParts } from './api-consumer-creation.ts';
import {
  apiErrorOf,
  apiErrorReply,
  apiReply,
  badApiRequest,
  consumerNotFound,
  notSupported,
  streamNotFound,
} from './api-reply.ts';
import type { ApiError } from './api-reply.ts';
import { describeGroup } from './group-description.ts';
import { readOptionalFields } from './request-fields.ts';
import type { RequestFields } from './request-fields.ts';
import type { ClientRequest, RequestHandler } from './request-handler.ts';
import { wantedPlace } from './wanted-place.ts';

const SUBJECT_START = '$JS.API.CONSUMER.RESET.';

const noViewers = notSupported(
  'a consumer without acks can not be moved; create another one that starts where it should',
);

/**
 * `$JS.API.CONSUMER.RESET.<stream>.<group>`: moves a group on one partition; with the bare name of a
 * station in place of the stream, on all of them (docs/decisions/0014).
 *
 * The payload is that of NATS: empty to begin anew with what is not settled, `seq` to go to a sequence. A
 * `deliver_policy` with its `opt_start_seq` or `opt_start_time` means the same as where a consumer is created.
 */
export class ApiConsumerReset implements RequestHandler {
  readonly subject = `${SUBJECT_START}>`;
  readonly #parts: ApiConsumerParts;
  readonly #logger: Logger;

  constructor(parts: ApiConsumerParts, logger: Logger) {
    this.#parts = parts;
    this.#logger = logger;
  }

  async answer({ client, subject, payload }: ClientRequest): Promise<string> {
    const { engine, membership, routes, clock } = this.#parts;
    const fields = readOptionalFields(payload);
    const [stream = '', name = '', ...more] = subject.slice(SUBJECT_START.length).split('.');
    const found = routes.read(stream);
    if (found === undefined) return refusalText(streamNotFound);
    const { station, partition } = found;
    const { access, user } = client.identity;
    access.demand('read', station.name);
    if (client.viewers.find(stream, name) !== undefined) return refusalText(noViewers);
    const target = wantedTarget(fields);
    if (!('kind' in target)) return refusalText(target);
    const group = externalName(name);
    const moves =
      more.length > 0 ? undefined : await membership.moveGroup(station, group, target, partition);
    const [first] = moves ?? [];
    if (moves === undefined || first === undefined) return refusalText(consumerNotFound);
    this.#logger.info(
      { event: 'group-moved', station: station.name, group, target, moves, user },
      'Group moved',
    );
    const route = routeTo(station, first.partition);
    const state = await engine.groupState(route.address, group);
    if (state === undefined) return refusalText(consumerNotFound); // deleted in the same moment
    return apiReply('consumer_reset', {
      ...describeGroup(state, route, clock.wallMs()),
      reset_seq: first.toSequence,
      moves: moves.map((move) => described(move, routeTo(station, move.partition).stream)),
    });
  }

  refusal(error: BrokerError): string {
    return refusalText(apiErrorOf(error));
  }
}

const notGiven = Number.MIN_SAFE_INTEGER;

function wantedTarget(fields: RequestFields): GroupTarget | ApiError {
  const isByPolicy = fields.isSet('deliver_policy');
  if (!isByPolicy && (fields.isSet('opt_start_seq') || fields.isSet('opt_start_time'))) {
    return badApiRequest('opt_start_seq and opt_start_time need their deliver_policy');
  }
  const sequence = fields.integer('seq', notGiven);
  if (sequence === notGiven) return isByPolicy ? wantedPlace(fields) : { kind: 'unsettled' };
  if (isByPolicy) return badApiRequest('seq and deliver_policy exclude each other');
  return sequence > 0 ? { kind: 'sequence', sequence } : badApiRequest('seq has to be 1 or more');
}

function described({ fromSequence, toSequence }: GroupMove, stream: string): object {
  return { stream_name: stream, from_seq: fromSequence, reset_seq: toSequence };
}

function refusalText(error: ApiError): string {
  return apiErrorReply('consumer_reset', error);
}
