import { BrokerError } from '../../../core/errors/index.ts';
import type { BusMessage } from '../../../core/ports/index.ts';
import { AssertionError } from '../../../foundation/index.ts';
import type { Logger } from '../../../foundation/index.ts';
import type { Client } from '../client.ts';
import type { RequestHandler } from './request-handler.ts';

/**
 * Gives each request to the handler of its subject and sends the one answer.
 *
 * Every request is answered, and never with the status 503: nats.go hands a Memphis SDK a nil
 * message then, and its process panics (wire-protocol.md 2.2).
 */
export class RequestDesk {
  readonly #logger: Logger;
  readonly #bySubject = new Map<string, RequestHandler>();
  /** Longest first, so that the most particular one is found. */
  readonly #byPrefix: { readonly prefix: string; readonly handler: RequestHandler }[] = [];

  constructor(handlers: readonly RequestHandler[], logger: Logger) {
    this.#logger = logger;
    for (const handler of handlers) {
      if (handler.subject.endsWith('.>')) {
        this.#byPrefix.push({ prefix: handler.subject.slice(0, -1), handler });
      } else {
        this.#bySubject.set(handler.subject, handler);
      }
    }
    this.#byPrefix.sort((a, b) => b.prefix.length - a.prefix.length);
  }

  /** False when no handler is for this subject. */
  handle(client: Client, request: BusMessage): boolean {
    const { subject } = request;
    const handler =
      this.#bySubject.get(subject) ??
      this.#byPrefix.find(({ prefix }) => subject.startsWith(prefix))?.handler;
    if (handler === undefined) return false;
    void this.#answer(client, request, handler);
    return true;
  }

  async #answer(client: Client, request: BusMessage, handler: RequestHandler): Promise<void> {
    const { subject, reply, message, headerBytes } = request;
    const bytes = message.length;
    const payload = message.subarray(headerBytes);
    client.workload.begin(bytes);
    let text: string | undefined;
    try {
      text = await handler.answer({ client, subject, reply, payload });
    } catch (error) {
      text = handler.refusal(this.#refusalFor(error, request.subject));
    }
    if (text !== undefined && reply !== undefined) client.reply(reply, text);
    client.workload.end(bytes);
  }

  #refusalFor(error: unknown, subject: string): BrokerError {
    if (error instanceof BrokerError) return error;
    if (error instanceof AssertionError) throw error;
    this.#logger.error({ err: error, subject }, 'request failed');
    return new BrokerError('REQUEST_FAILED');
  }
}
