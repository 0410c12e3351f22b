import { headerBlocks } from '../../broker/src/codecs/nats/index.ts';
import type { StationEngine } from '../../broker/src/core/ports/index.ts';
import { MemoryEngine } from '../../broker/src/engines/memory/index.ts';
import type { ManualTime } from './manual-time.ts';

/** An engine in memory with bounds that a test can reach. What breaks it breaks the test. */
export function smallEngine(time: ManualTime): StationEngine {
  return new MemoryEngine(
    { clock: time, scheduler: time },
    {
      blockBytesTarget: 16_384,
      blockCacheBytesMax: 65_536,
      memoryStationBytesMax: 65_536,
      lazyCommitDelayMs: 20,
      retryDelayMs: 100,
      termReportTimeoutMs: 1_000,
      waitingPullCountMax: 10,
      passedOverCountMax: 100,
      delayedCountMax: 100,
      deadLetterCountMax: 1_000,
      deadLetterBytesMax: 1024 * 1024,
      onDeadLettersFull: () => undefined,
      readHeader: headerBlocks.read,
      onFatal: (error) => {
        throw error;
      },
    },
  );
}
