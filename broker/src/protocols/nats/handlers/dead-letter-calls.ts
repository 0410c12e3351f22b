import type { BrokerError } from '../../../core/errors/index.ts';
import type { StationEngine } from '../../../core/ports/index.ts';
import { externalName } from '../../../core/stations/index.ts';
import type { StationRegistry } from '../../../core/stations/index.ts';
import type { Logger } from '../../../foundation/index.ts';
import { readFields } from './request-fields.ts';
import type { ClientRequest, RequestHandler } from './request-handler.ts';

/** What is kept of the reason that a member gives; an SDK may send the text of a whole stack. */
const reasonCharactersMax = 4096;

/**
 * `$memphis_nacked_dls`: why a member gave a message up, right behind its `+TERM` (wire-protocol.md 2.14, 5.5).
 * The engine holds the message for it. What is not pending for the group any more is left as it is.
 */
export class DeadLetterCalls implements RequestHandler {
  readonly subject = '$memphis_nacked_dls';
  readonly #engine: StationEngine;
  readonly #stations: StationRegistry;
  readonly #logger: Logger;

  constructor(engine: StationEngine, stations: StationRegistry, logger: Logger) {
    this.#engine = engine;
    this.#stations = stations;
    this.#logger = logger;
  }

  answer({ client, payload }: ClientRequest): Promise<undefined> {
    const fields = readFields(payload);
    // SDKs send the station in its internal form, and Go the group as its user typed it.
    const station = this.#stations.find(externalName(fields.text('station_name').toLowerCase()));
    const group = externalName(fields.text('cg_name').toLowerCase());
    const sequence = fields.integer('seq');
    const reason = fields.text('error').slice(0, reasonCharactersMax);
    if (station === undefined) return Promise.resolve(undefined);
    client.identity.access.demand('read', station.name);
    let partition = fields.integer('partition');
    if (partition === 0) {
      // The SDK for Node read from an alias (wire-protocol.md 7.2). Of the bare station name only the `+TERM`
      // before it tells the partition; partition 0 of a key is the last one.
      const term = client.lastTerm;
      const isMeant =
        term?.address.stationId === station.id &&
        term.group === group &&
        term.sequence === sequence;
      partition = isMeant ? term.address.partition : station.partitionCount;
    }
    this.#engine.settle({ stationId: station.id, partition }, group, sequence, {
      kind: 'term',
      reason,
    });
    return Promise.resolve(undefined);
  }

  refusal(error: BrokerError): undefined {
    this.#logger.info({ err: error, subject: this.subject }, 'report ignored');
    return undefined;
  }
}
