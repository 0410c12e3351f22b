import type { DeadLetters } from '../../../core/dead-letters/index.ts';
import type { BrokerError } from '../../../core/errors/index.ts';
import { externalName } from '../../../core/stations/index.ts';
import type { StationRegistry } from '../../../core/stations/index.ts';
import type { Logger } from '../../../foundation/index.ts';
import { reportedPayload } from './reported-payload.ts';
import { readFields } from './request-fields.ts';
import type { ClientRequest, RequestHandler } from './request-handler.ts';

/** What is kept of the reason; validators may quote the whole message. */
const reasonCharactersMax = 4096;
/** Keys that every client can read back (wire-protocol.md 4). */
const usableKey = /^[!-9;-~]+$/;

/**
 * `$memphis_schemaverse_dls`: a message that its producer did not publish, because it does not fit the
 * station's schema (wire-protocol.md 2.15). It is kept as a dead letter.
 */
export class SchemaFailures implements RequestHandler {
  readonly subject = '$memphis_schemaverse_dls';
  readonly #deadLetters: DeadLetters;
  readonly #stations: StationRegistry;
  readonly #logger: Logger;

  constructor(deadLetters: DeadLetters, stations: StationRegistry, logger: Logger) {
    this.#deadLetters = deadLetters;
    this.#stations = stations;
    this.#logger = logger;
  }

  async answer({ client, payload }: ClientRequest): Promise<undefined> {
    const fields = readFields(payload);
    const station = this.#stations.find(externalName(fields.text('station_name').toLowerCase()));
    if (station !== undefined) client.identity.access.demand('write', station.name);
    const message = fields.object('message');
    const headers = message.namedTexts('headers').filter(({ key }) => usableKey.test(key));
    const failure = {
      producer: fields.object('producer').text('name') || 'unknown',
      payload: reportedPayload(message.text('data')),
      headers,
      reason: fields.text('validation_error').slice(0, reasonCharactersMax),
    };
    if (station !== undefined) await this.#deadLetters.reportSchemaFailure(station, failure);
    return undefined;
  }

  refusal(error: BrokerError): undefined {
    this.#logger.warn({ err: error, subject: this.subject }, 'failed message not kept');
    return undefined;
  }
}
