export type { PartitionAddress, Retention, Station, StationSettings } from './station.ts';
