import { BrokerError } from '../../../core/errors/index.ts';
import type { RequestHandler } from './request-handler.ts';

/**
 * The requests about schemas, which this version refuses with a text. One handler for each subject,
 * because creations are answered in JSON and the others in plain text (wire-protocol.md 2.2).
 */
export function schemaRequests(): RequestHandler[] {
  return [
    refusing('$memphis_schema_creations', (error) => JSON.stringify({ error: error.wireText })),
    refusing('$memphis_schema_attachments', (error) => error.wireText),
    refusing('$memphis_schema_detachments', (error) => error.wireText),
  ];
}

function refusing(subject: string, refusal: (error: BrokerError) => string): RequestHandler {
  return {
    subject,
    answer: () => Promise.reject(new BrokerError('SCHEMAS_NOT_YET')),
    refusal,
  };
}
