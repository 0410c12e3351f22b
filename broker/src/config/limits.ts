/**
 * Every bound of the broker that is no setting: each named once, with its unit and its reason.
 * What they must be to each other is checked when the broker starts (`assertRelations`).
 */
export const limits = {
  /** Pulls of one group on one partition that wait for messages (wire-protocol.md 3.3). */
  waitingPullCountMax: 512,
  /** Messages that a group ordered by key passes over on one partition; beyond, it goes no further until one's turn comes. */
  passedOverCountMax: 10_000,
  /** Delayed messages of one partition, waiting or cancelled; each takes RAM (docs/guides/delayed-messages.md). */
  delayedCountMax: 1_000_000,
  /** How long a message that a member gave up waits for the reason, which SDKs send by itself (wire-protocol.md 5.5). */
  termReportTimeoutMs: 1000,
  /** Pulls of one connection that wait: an SDK keeps one per consumer and partition. */
  pullCountMax: 16_384,
  /** Unsent bytes of a connection beyond which no more is delivered to it until it has read. */
  deliveryBufferBytesMax: 1024 * 1024,
  /** Unsent bytes of a connection beyond which it is cut: its client does not read. */
  writeBufferBytesMax: 16 * 1024 * 1024,
  /** Publishes and requests of a connection without an answer beyond which it is not read. */
  pendingPublishCountMax: 16_384,
  /** The same, in bytes of messages. */
  pendingPublishBytesMax: 8 * 1024 * 1024,
  /** From INFO to CONNECT. SDKs wait 2 s themselves. */
  authenticationTimeoutMs: 2000,
  /** Between two PINGs to a connection. */
  pingIntervalMs: 120_000,
  /** A connection that leaves so many PINGs unanswered is closed. */
  pingsMissedMax: 2,
  /** How long after its end a pull is told so: clients count from when they sent it. */
  pullTimeoutGraceMs: 15,
  /** What a WebSocket message may hold beside one message of the largest size: clients gather some. */
  webSocketFrameSlackBytes: 256 * 1024,
  /** Between two looks at the TLS files. */
  tlsRefreshIntervalMs: 5000,
  /** How long a connection that is being closed has to take the last words. */
  closeTimeoutMs: 1000,

  /** Dead letters of one station; beyond, what fails stays with its group, unsettled. */
  deadLetterCountMax: 1_000_000,
  /** The same, in bytes of messages. */
  deadLetterBytesMax: 4 * 1024 * 1024 * 1024,
  /** Between two rounds of removing the dead letters that a station keeps for a time only. */
  deadLetterUpkeepIntervalMs: 60_000,
  /** Dead letters are not handed out again faster: their groups' SDKs keep them in memory. */
  resendBytesPerSecondMax: 4 * 1024 * 1024,

  /** Password checks at one time: each holds 32 MiB and one thread of Node's four. */
  runningChecksMax: 2,
  /** Password checks that wait; beyond, a connection is closed without a word and tries again. */
  waitingChecksMax: 256,

  /** The client's id of its connection; SDKs send 36. It is part of a store key. */
  connectionIdBytesMax: 256,
  /** Producers of one connection, and consumers of one connection. */
  clientsPerConnectionMax: 10_000,
  /** One version of a schema; checking it takes time in which nothing else is done. */
  schemaBytesMax: 256 * 1024,
  schemaVersionCountMax: 1000,

  /** Producers and consumers of a client that has been away for longer are forgotten; groups never are. */
  absenceMsMax: 7 * 24 * 3_600_000,
  /** Between two rounds of forgetting. */
  upkeepIntervalMs: 3_600_000,

  /** A block of messages is closed when it reaches this size; a larger message has one of its own. */
  blockBytesTarget: 64 * 1024,
  /** Blocks kept in memory for reading, all stations together. */
  blockCacheBytesMax: 32 * 1024 * 1024,
  /** Deliveries and acks that nobody waits for are written after this time at the latest. */
  lazyCommitDelayMs: 50,
  /** Until the next try when the store had no room. */
  retryDelayMs: 1000,
  /** The log in front of LMDB: room for some 2,000 commits, of 4 KiB each at least. */
  storeLogBytes: 8 * 1024 * 1024,
  /** Larger commits go round the log: LMDB's second flush costs less than writing them twice. */
  directCommitBytesMin: 128 * 1024,
  /** What only the log has is written to LMDB after this time at the latest, or when so many keys have changed. */
  checkpointDelayMs: 1000,
  checkpointKeyCount: 256,
  /** Smaller commits are written without another thread, while the disk is quick: a dozen short messages. */
  blockingCommitBytesMax: 2048,
  /** A key of the store: LMDB's bound. */
  storeKeyBytesMax: 1900,

  /** From the first packet to Postgres to a session that takes statements. */
  postgresConnectTimeoutMs: 3000,
  /** Postgres cancels a statement after it; each of ours is a few rows. */
  postgresStatementTimeoutMs: 3000,
  /** How long a change of the metadata is tried before it is refused: a restart of Postgres fits, and SDKs wait 20 s. */
  postgresChangeTimeoutMs: 5000,
  /** The same for removals, for which the SDK for Node waits 1 s. */
  postgresRemovalTimeoutMs: 700,
  /** How long Postgres may be away when the broker starts, before that gives up. */
  postgresStartTimeoutMs: 60_000,
  /** Between two tries, half as long up to half as long again. */
  postgresRetryDelayMs: 100,
  /** A connection is replaced then: by another server's, where the name leads to another one. */
  postgresConnectionAgeMaxMs: 1_800_000,
  /** Between two looks at Postgres while it answers, and while it does not. */
  postgresProbeIntervalMs: 10_000,
  postgresProbeWhileAwayIntervalMs: 1000,
  /** Between two rounds of finishing stations that were left half created or half deleted. */
  postgresRepairIntervalMs: 60_000,

  /** Time to answer what waits when the store has failed, before the process ends. */
  farewellTimeoutMs: 1000,
  /** Signals this close together are one: the terminal and npm both pass a Ctrl-C on. */
  signalEchoMs: 500,
} as const;

/** The bounds that are settings, as far as the others depend on them. */
export interface BoundSettings {
  readonly payloadBytesMax: number;
  readonly controlLineBytesMax: number;
  readonly stopTimeoutMs: number;
}

const nameBytesMax = 128;
/** Kind, station id and length before the texts of a member's key (metadata/embedded/keys.ts). */
const memberKeyHeadBytes = 7;

/** What does not hold between the bounds, each explained; empty when all is well. */
export function brokenRelations(
  settings: BoundSettings,
  bounds: Readonly<Record<keyof typeof limits, number>> = limits,
): string[] {
  const relations: [boolean, string][] = [
    [
      bounds.deliveryBufferBytesMax + settings.payloadBytesMax + settings.controlLineBytesMax <
        bounds.writeBufferBytesMax,
      'deliveryBufferBytesMax + payloadBytesMax + controlLineBytesMax < writeBufferBytesMax: a connection at the brim of deliveries takes one more message and is not cut for it',
    ],
    [
      settings.payloadBytesMax <= bounds.pendingPublishBytesMax,
      'payloadBytesMax <= pendingPublishBytesMax: a connection may always have one message on its way',
    ],
    [
      bounds.closeTimeoutMs < settings.stopTimeoutMs,
      'closeTimeoutMs < stopTimeoutMs: connections are closed within the grace period',
    ],
    [
      memberKeyHeadBytes + bounds.connectionIdBytesMax + nameBytesMax <= bounds.storeKeyBytesMax,
      'head + connectionIdBytesMax + a name <= storeKeyBytesMax: the key of a group member fits into the store',
    ],
    [
      4 * bounds.directCommitBytesMin <= bounds.storeLogBytes,
      '4 * directCommitBytesMin <= storeLogBytes: a commit of the log fits beside what a checkpoint is writing',
    ],
    [
      bounds.lazyCommitDelayMs < settings.stopTimeoutMs,
      'lazyCommitDelayMs < stopTimeoutMs: what waits for a commit is written within the grace period',
    ],
    [
      bounds.postgresStatementTimeoutMs <= bounds.postgresChangeTimeoutMs &&
        bounds.postgresConnectTimeoutMs <= bounds.postgresChangeTimeoutMs,
      'postgresStatementTimeoutMs, postgresConnectTimeoutMs <= postgresChangeTimeoutMs: a change is tried once at least',
    ],
    [
      bounds.postgresStatementTimeoutMs < bounds.postgresRepairIntervalMs,
      'postgresStatementTimeoutMs < postgresRepairIntervalMs: a statement whose answer was lost has ended before the second round looks for it',
    ],
    [
      bounds.upkeepIntervalMs <= bounds.absenceMsMax,
      'upkeepIntervalMs <= absenceMsMax: absent clients are forgotten about when they should be',
    ],
  ];
  return relations.filter(([holds]) => !holds).map(([, relation]) => relation);
}
