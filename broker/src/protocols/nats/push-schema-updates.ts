import type { Bus } from '../../core/ports/index.ts';
import type { StationSchemas } from '../../core/schemas/index.ts';
import { internalName } from '../../core/stations/index.ts';
import { encodeUtf8 } from '../../foundation/index.ts';
import { schemaUpdate } from './handlers/schema-update.ts';

/** Where the producers of a station hear of its schema: `$memphis_schema_updates_<internal name>`. */
export const schemaUpdatesStart = '$memphis_schema_updates_';

const INIT = 1;
const DROP = 2;

/**
 * Tells the producers of a station what they have to keep to from now on (wire-protocol.md 2.11).
 * Without headers: the SDK for Node reads the message as it stands on the wire.
 */
export function pushSchemaUpdates(stationSchemas: StationSchemas, bus: Bus): void {
  stationSchemas.onChanged((station, enforced) => {
    const update = {
      UpdateType: enforced === undefined ? DROP : INIT,
      init: schemaUpdate(enforced),
    };
    bus.publish({
      subject: schemaUpdatesStart + internalName(station.name),
      reply: undefined,
      message: encodeUtf8(JSON.stringify(update)),
      headerBytes: 0,
    });
  });
}
