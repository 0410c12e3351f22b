export { MemoryMetadataStore } from './memory-metadata-store.ts';
