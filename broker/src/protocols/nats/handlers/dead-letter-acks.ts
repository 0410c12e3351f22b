import type { DeadLetters } from '../../../core/dead-letters/index.ts';
import type { BrokerError } from '../../../core/errors/index.ts';
import { externalName } from '../../../core/stations/index.ts';
import type { StationRegistry } from '../../../core/stations/index.ts';
import type { Logger } from '../../../foundation/index.ts';
import { readFields } from './request-fields.ts';
import type { ClientRequest, RequestHandler } from './request-handler.ts';

/**
 * `$memphis_pm_acks`: a member is done with a dead letter that was sent to its group again
 * (wire-protocol.md 2.13). What does not name a dead letter of that group changes nothing.
 */
export class DeadLetterAcks implements RequestHandler {
  readonly subject = '$memphis_pm_acks';
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
    const id = fields.integer('id'); // the SDK for Node sends null when the header was missing
    const group = externalName(fields.text('cg_name').toLowerCase());
    if (id <= 0) return undefined;
    const letter = await this.#deadLetters.find(id);
    const station = letter && this.#stations.byId(letter.stationId);
    if (station === undefined) return undefined;
    client.identity.access.demand('read', station.name);
    await this.#deadLetters.acknowledge(id, group);
    return undefined;
  }

  refusal(error: BrokerError): undefined {
    this.#logger.info({ err: error, subject: this.subject }, 'report ignored');
    return undefined;
  }
}
