export { NatsListener } from './nats-listener.ts';
export type { ConnectionLimits, NatsOptions, NatsServices } from './options.ts';
