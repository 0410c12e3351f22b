import type { EngineAdapter } from './station-engine/adapter.ts';
import { appends } from './station-engine/appends.ts';
import { backoff } from './station-engine/backoff.ts';
import { cancels } from './station-engine/cancels.ts';
import { ContractSuite } from './station-engine/behaviour-table.ts';
import { deadLetterCopies } from './station-engine/dead-letter-copies.ts';
import { deadLetterRecords } from './station-engine/dead-letter-records.ts';
import { deadLetters } from './station-engine/dead-letters.ts';
import { dedupe } from './station-engine/dedupe.ts';
import { delays } from './station-engine/delays.ts';
import { deliveries } from './station-engine/deliveries.ts';
import { durability } from './station-engine/durability.ts';
import { failures } from './station-engine/failures.ts';
import { groups } from './station-engine/groups.ts';
import { keyOrder } from './station-engine/key-order.ts';
import { memoryStationLimits } from './station-engine/memory-station-limits.ts';
import { memoryStationRestarts } from './station-engine/memory-station-restarts.ts';
import { moves } from './station-engine/moves.ts';
import { purges } from './station-engine/purges.ts';
import { redelivery } from './station-engine/redelivery.ts';
import { retention } from './station-engine/retention.ts';

/**
 * The contract of `core/ports/station-engine.ts`, sentence by sentence, on each adapter.
 *
 * Goal: whoever uses the port need not know which engine is behind it. Method: every behaviour runs
 * on a fresh engine under a clock that only the test moves; what an adapter cannot do it declares
 * (`capabilities`), and the table printed at the end shows it. Written from the port's prose alone.
 */
export function stationEngineContract(adapters: readonly EngineAdapter[]): void {
  new ContractSuite('StationEngine: adapter × behaviour', adapters).run([
    appends,
    dedupe,
    deliveries,
    redelivery,
    backoff,
    delays,
    cancels,
    keyOrder,
    groups,
    moves,
    deadLetters,
    deadLetterRecords,
    deadLetterCopies,
    retention,
    purges,
    durability,
    failures,
    memoryStationRestarts,
    memoryStationLimits,
  ]);
}
