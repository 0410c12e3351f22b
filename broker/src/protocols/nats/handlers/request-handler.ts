import type { BrokerError } from '../../../core/errors/index.ts';
import type { Client } from '../client.ts';

/** What a client sent to a subject that the broker itself answers. */
export interface ClientRequest {
  readonly client: Client;
  readonly subject: string;
  readonly reply: string | undefined;
  /** Valid until the handler first waits. */
  readonly payload: Uint8Array;
}

/** Carries out the requests of one subject. May be sent the same request again: SDKs repeat theirs. */
export interface RequestHandler {
  /** A literal subject, or one that ends with `.>` for all below it. */
  readonly subject: string;
  /**
   * The text of the reply, undefined for none. Rejects with a BrokerError to refuse. Reads the
   * payload before it waits for anything.
   */
  answer(request: ClientRequest): Promise<string | undefined>;
  /** The text of the reply to a refused request, undefined for none. */
  refusal(error: BrokerError): string | undefined;
}
