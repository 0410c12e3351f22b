import type { DeadLetters } from '../../core/dead-letters/index.ts';
import type { GroupMembership } from '../../core/groups/index.ts';
import type { Bus, StationEngine } from '../../core/ports/index.ts';
import type { ProducerRegistry } from '../../core/producers/index.ts';
import type { SchemaRegistry, StationSchemas } from '../../core/schemas/index.ts';
import type { StationRegistry } from '../../core/stations/index.ts';
import type { Authenticator } from '../../core/users/index.ts';
import type { Clock, Logger, Scheduler } from '../../foundation/index.ts';
import type { TlsSettings } from './tls-gate.ts';
import type { WebSocketOptions } from './websocket-entrance.ts';

/** What the front stands on. */
export interface NatsServices {
  readonly stations: StationRegistry;
  readonly schemas: SchemaRegistry;
  readonly stationSchemas: StationSchemas;
  readonly producers: ProducerRegistry;
  readonly membership: GroupMembership;
  readonly authenticator: Authenticator;
  readonly deadLetters: DeadLetters;
  readonly engine: StationEngine;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly logger: Logger;
}

/** Bounds of one connection. */
export interface ConnectionLimits {
  readonly controlLineBytesMax: number;
  /** Header block and payload of one message together. */
  readonly payloadBytesMax: number;
  /** Header block of one message that is to be stored. */
  readonly headerBytesMax: number;
  readonly subscriptionCountMax: number;
  readonly pullCountMax: number;
  /** Unsent bytes beyond which deliveries to the connection stop until it has read. */
  readonly deliveryBufferBytesMax: number;
  /** Unsent bytes beyond which the connection is cut. */
  readonly writeBufferBytesMax: number;
  /** Publishes and requests without an answer beyond which the connection is not read. */
  readonly pendingPublishCountMax: number;
  /** The same, in bytes of messages. */
  readonly pendingPublishBytesMax: number;
  /** From INFO to CONNECT. */
  readonly authenticationTimeoutMs: number;
  readonly pingIntervalMs: number;
  /** The connection is closed when so many pings have gone unanswered. */
  readonly pingsMissedMax: number;
  /** How long after its end a pull is told so. */
  readonly pullTimeoutGraceMs: number;
  /** How long a connection that is being closed has to take the last words. */
  readonly closeTimeoutMs: number;
}

/** Where the front listens, and its bounds. */
export interface NatsOptions extends ConnectionLimits {
  readonly host: string;
  /** 0 for a free one. */
  readonly port: number;
  readonly serverName: string;
  readonly connectionCountMax: number;
  /** Undefined to speak in clear. */
  readonly tls: TlsSettings | undefined;
  /** Undefined to offer none. */
  readonly webSocket: Pick<WebSocketOptions, 'port' | 'origins' | 'frameBytesMax'> | undefined;
}
