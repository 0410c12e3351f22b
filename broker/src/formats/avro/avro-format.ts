import avro from 'avsc';
import { BrokerError } from '../../core/errors/index.ts';
import type { CheckedSchema, SchemaFormat } from '../../core/ports/index.ts';

/** Avro, as JSON. */
export class AvroFormat implements SchemaFormat {
  readonly name = 'avro';

  check(content: string): CheckedSchema {
    try {
      // Parsed here: given a text, the library takes it for the path of a file when it looks like one.
      avro.Type.forSchema(JSON.parse(content) as avro.Schema);
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      throw new BrokerError('SCHEMA_CONTENT', { kind: 'Avro file', problem }, error);
    }
    return { messageName: '', descriptor: '' };
  }
}
