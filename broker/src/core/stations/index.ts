export { checkedName, externalName, internalName } from './names.ts';
export type { NamedThing } from './names.ts';
export { StationRegistry } from './station-registry.ts';
export type { StationLimits } from './station-registry.ts';
export { defaultStationSettings, stationSettings } from './station-request.ts';
export type { StationRequest } from './station-request.ts';
export type { PartitionAddress, Retention, Station, StationSettings } from './station.ts';
