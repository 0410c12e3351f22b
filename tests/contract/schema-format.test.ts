import { schemaFormatContract } from './schema-format.contract.ts';

schemaFormatContract();
