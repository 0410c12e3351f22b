import { LocalEngine } from '../../core/local-engine/index.ts';
import type { EngineTime } from '../../core/local-engine/index.ts';
import type { OrderedStore } from '../../core/ports/index.ts';
import type { EmbeddedEngineOptions } from './options.ts';

/** The local engine on a durable store of this machine, which main also gives to the metadata. */
export class EmbeddedEngine extends LocalEngine {
  constructor(store: OrderedStore, time: EngineTime, options: EmbeddedEngineOptions) {
    super(store, time, options);
  }
}
