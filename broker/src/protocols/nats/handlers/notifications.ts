import type { BrokerError } from '../../../core/errors/index.ts';
import type { Logger } from '../../../foundation/index.ts';
import { readFields } from './request-fields.ts';
import type { ClientRequest, RequestHandler } from './request-handler.ts';

/**
 * `$memphis_notifications`: what an SDK wants people to be told of a message that failed its schema
 * (wire-protocol.md 2.16). It is read and checked; there is nobody yet to pass it on to.
 */
export class Notifications implements RequestHandler {
  readonly subject = '$memphis_notifications';
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  answer({ payload }: ClientRequest): Promise<undefined> {
    readFields(payload);
    this.#logger.debug({ subject: this.subject }, 'notification taken note of');
    return Promise.resolve(undefined);
  }

  refusal(error: BrokerError): undefined {
    this.#logger.info({ err: error, subject: this.subject }, 'notification ignored');
    return undefined;
  }
}
