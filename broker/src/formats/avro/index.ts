export { AvroFormat } from './avro-format.ts';
