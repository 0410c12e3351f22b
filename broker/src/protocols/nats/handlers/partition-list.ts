import type { Station } from '../../../core/stations/index.ts';

/** The numbers of a station's partitions, as SDKs go round them. */
export function partitionList(station: Station): number[] {
  return Array.from({ length: station.partitionCount }, (_, index) => index + 1);
}
