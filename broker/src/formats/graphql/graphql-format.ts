import { buildSchema, validateSchema } from 'graphql';
import { BrokerError } from '../../core/errors/index.ts';
import type { CheckedSchema, SchemaFormat } from '../../core/ports/index.ts';

/** GraphQL, in its schema definition language; messages are documents. */
export class GraphqlFormat implements SchemaFormat {
  readonly name = 'graphql';

  check(content: string): CheckedSchema {
    // What can be built may still be one that no document can be checked against.
    const problem = problemOf(() => validateSchema(buildSchema(content))[0]);
    if (problem !== undefined) {
      const details = { kind: 'GraphQL schema', problem: problem.message };
      throw new BrokerError('SCHEMA_CONTENT', details, problem);
    }
    return { messageName: '', descriptor: '' };
  }
}

function problemOf(check: () => Error | undefined): Error | undefined {
  try {
    return check();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
