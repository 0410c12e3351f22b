export { EmbeddedMetadataStore } from './embedded-metadata-store.ts';
export type { EmbeddedMetadataOptions } from './options.ts';
