export { GraphqlFormat } from './graphql-format.ts';
