import { embedded, memory, memoryStations } from './station-engine/adapters.ts';
import { stationEngineContract } from './station-engine.contract.ts';

stationEngineContract([memory, embedded, memoryStations]);
