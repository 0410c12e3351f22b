import { embedded, memory } from './metadata-store/adapters.ts';
import { postgresAdapter } from './metadata-store/postgres.ts';
import { metadataStoreContract } from './metadata-store.contract.ts';

metadataStoreContract([memory, embedded, postgresAdapter()]);
