import type { BrokerError } from '../../../core/errors/index.ts';
import type { SchemaRegistry } from '../../../core/schemas/index.ts';
import { readFields } from './request-fields.ts';
import type { ClientRequest, RequestHandler } from './request-handler.ts';

/**
 * `$memphis_schema_creations` (wire-protocol.md 2.9): a schema, or a further version of one. SDKs take
 * the text "already exists" for success.
 */
export class SchemaCreations implements RequestHandler {
  readonly subject = '$memphis_schema_creations';
  readonly #schemas: SchemaRegistry;

  constructor(schemas: SchemaRegistry) {
    this.#schemas = schemas;
  }

  async answer({ client, payload }: ClientRequest): Promise<string> {
    const fields = readFields(payload);
    const request = {
      name: fields.text('name'),
      format: fields.text('type'),
      content: fields.text('schema_content'),
    };
    const { access, user } = client.identity;
    access.demandSchemaCreation(request.name);
    await this.#schemas.create(request, user);
    return JSON.stringify({ error: '' });
  }

  refusal(error: BrokerError): string {
    return JSON.stringify({ error: error.wireText });
  }
}
