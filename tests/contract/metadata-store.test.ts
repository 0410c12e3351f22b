import { embedded, memory } from './metadata-store/adapters.ts';
import { metadataStoreContract } from './metadata-store.contract.ts';

metadataStoreContract([memory, embedded]);
