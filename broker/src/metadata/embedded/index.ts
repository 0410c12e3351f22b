export { EmbeddedMetadataStore } from './embedded-metadata-store.ts';
export type { EmbeddedMetadataOptions } from './options.ts';
export { claimStore } from './store-format.ts';
