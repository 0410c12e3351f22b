import type { BrokerError } from '../../core/errors/index.ts';

/** What the embedded metadata is told by main. */
export interface EmbeddedMetadataOptions {
  /** Id of the installation, written when the store is new. */
  readonly newInstallId: string;
  /** A flush failed; the store takes nothing more, and the process should end. */
  readonly onFatal: (error: BrokerError) => void;
}
