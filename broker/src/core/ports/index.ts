export type { Bus, BusListener, BusMessage, BusSubscription } from './bus.ts';
export type { HeaderBlocks, MessageBytes, MessageHeader, ReadHeader } from './header-blocks.ts';
export type { MetadataStore, StationDraft, StationEngineParts } from './metadata-store.ts';
export { StoreError } from './ordered-store.ts';
export type { OrderedStore, StoreChange, StoreEntry, StoreRange } from './ordered-store.ts';
export type { PasswordHasher } from './password-hasher.ts';
export type { CheckedSchema, SchemaFormat } from './schema-format.ts';
export type {
  AppendReceipt,
  ExpectedLast,
  NewMessage,
  PartitionState,
  Pull,
  PullEnd,
  PullReceiver,
  PullRequest,
  StationEngine,
  StoredMessage,
} from './station-engine.ts';
