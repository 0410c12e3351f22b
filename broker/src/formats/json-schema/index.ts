export { JsonSchemaFormat } from './json-schema-format.ts';
