import { LocalEngine } from '../../core/local-engine/index.ts';
import type { EngineTime } from '../../core/local-engine/index.ts';
import { MemoryStore } from './memory-store.ts';
import type { MemoryEngineOptions } from './options.ts';

/** The local engine without a disk: for tests and trials. Everything is gone with the process. */
export class MemoryEngine extends LocalEngine {
  constructor(time: EngineTime, options: MemoryEngineOptions) {
    super(new MemoryStore(), time, options);
  }
}
