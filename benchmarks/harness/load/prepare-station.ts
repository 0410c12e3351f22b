import { assertCreated, groupCreation, stationCreation } from '../wire/index.ts';
import type { LoadConnection, PeerKind } from '../wire/index.ts';

/** Creates a station, and a group on it where one is named. */
export async function prepareStation(
  connection: LoadConnection,
  kind: PeerKind,
  names: { readonly station: string; readonly group?: string },
): Promise<void> {
  const creations = [stationCreation(kind, names.station)];
  if (names.group !== undefined) creations.push(groupCreation(kind, names.station, names.group));
  for (const creation of creations) {
    assertCreated(creation, await connection.request(creation.subject, creation.payload));
  }
}
