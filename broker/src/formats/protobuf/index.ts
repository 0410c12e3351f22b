export { ProtobufFormat } from './protobuf-format.ts';
