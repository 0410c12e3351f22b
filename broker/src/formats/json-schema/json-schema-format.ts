import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import type { Options } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { default as ajvDraft04 } from 'ajv-draft-04';
import { BrokerError } from '../../core/errors/index.ts';
import type { CheckedSchema, SchemaFormat } from '../../core/ports/index.ts';

const require = createRequire(import.meta.url);
const draft06 = require('ajv/dist/refs/json-schema-draft-06.json') as object;

const options: Options = {
  // SDKs are not strict: what a draft does not know is ignored, as the drafts say.
  strict: false,
  // What a format means is the producer's affair.
  validateFormats: false,
  logger: false,
};

type Compiler = Pick<Ajv, 'compile'>;

/** By `$schema` without its `#`; each check has a compiler of its own, which knows no schema of another. */
const compilers: Readonly<Record<string, () => Compiler>> = {
  'http://json-schema.org/draft-04/schema': () => new ajvDraft04.default(options),
  'http://json-schema.org/draft-06/schema': () => new Ajv(options).addMetaSchema(draft06),
  'http://json-schema.org/draft-07/schema': () => new Ajv(options),
  'https://json-schema.org/draft/2019-09/schema': () => new Ajv2019(options),
  'https://json-schema.org/draft/2020-12/schema': () => new Ajv2020(options),
};

/** What a schema without `$schema` is written for, as the SDKs take it. */
const defaultDraft = 'http://json-schema.org/draft-07/schema';

/** JSON Schema, drafts 4, 6, 7, 2019-09 and 2020-12. */
export class JsonSchemaFormat implements SchemaFormat {
  readonly name = 'json';

  check(content: string): CheckedSchema {
    const schema = parse(content);
    const draft = draftOf(schema);
    const compiler = compilers[draft]?.();
    if (compiler === undefined) {
      const known = Object.keys(compilers).join(', ');
      throw invalid(`$schema is ${draft}, known are ${known}`);
    }
    try {
      // Compiled and thrown away: only that finds references to nowhere and patterns that are none.
      compiler.compile(schema);
    } catch (error) {
      throw invalid(messageOf(error), error);
    }
    return { messageName: '', descriptor: '' };
  }
}

function parse(content: string): object | boolean {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    throw invalid(messageOf(error), error);
  }
  if (typeof value === 'boolean') return value;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw invalid('it has to be a JSON object, or true or false');
}

function draftOf(schema: object | boolean): string {
  if (typeof schema === 'boolean' || !('$schema' in schema)) return defaultDraft;
  return String(schema.$schema).replace(/#$/, '');
}

function invalid(problem: string, cause?: unknown): BrokerError {
  return new BrokerError('SCHEMA_CONTENT', { kind: 'json schema', problem }, cause);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
