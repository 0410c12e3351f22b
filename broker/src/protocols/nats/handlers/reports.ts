import type { BrokerError } from '../../../core/errors/index.ts';
import type { Logger } from '../../../foundation/index.ts';
import { readFields } from './request-fields.ts';
import type { ClientRequest, RequestHandler } from './request-handler.ts';

/**
 * What SDKs report without waiting for an answer (wire-protocol.md 2.13 to 2.16): the ack of a
 * resent dead letter, the reason of a dead letter, a message that failed its schema, a notification
 * about one. They are read and checked; what is to be done with them comes with dead letters that
 * can be listed and resent.
 */
export function reports(logger: Logger): RequestHandler[] {
  return [
    '$memphis_pm_acks',
    '$memphis_nacked_dls',
    '$memphis_schemaverse_dls',
    '$memphis_notifications',
  ].map((subject) => new Report(subject, logger));
}

class Report implements RequestHandler {
  readonly subject: string;
  readonly #logger: Logger;

  constructor(subject: string, logger: Logger) {
    this.subject = subject;
    this.#logger = logger;
  }

  answer({ payload }: ClientRequest): Promise<undefined> {
    readFields(payload);
    this.#logger.debug({ subject: this.subject }, 'report taken note of');
    return Promise.resolve(undefined);
  }

  refusal(error: BrokerError): undefined {
    this.#logger.info({ err: error, subject: this.subject }, 'report ignored');
    return undefined;
  }
}
