import { BrokerError } from '../errors/index.ts';
import { patternCovers } from './station-pattern.ts';
import type { User } from './user.ts';

/** What one does with a station: consume from it; or produce to it, create it, change and remove it. */
export type StationAction = 'read' | 'write';

/** Stations whose answers are remembered; beyond, the memory starts anew. */
const rememberedCountMax = 4096;

/**
 * What one user may do with stations. Whoever acts for a client asks here, and nowhere else is it decided.
 *
 * Holds for the user as it was when the client connected: a user that is changed has its connections ended.
 */
export class StationAccess {
  readonly userName: string;
  /** Whether it may do everything. */
  readonly isUnlimited: boolean;
  readonly #patterns: Readonly<Record<StationAction, readonly string[]>>;
  /** Per action and station. Asked for each message, so that patterns are not read each time. */
  readonly #remembered: Readonly<Record<StationAction, Map<string, boolean>>> = {
    read: new Map(),
    write: new Map(),
  };

  constructor(user: User) {
    this.userName = user.name;
    this.isUnlimited = user.kind === 'root';
    this.#patterns =
      user.kind === 'application'
        ? { read: user.allowRead, write: user.allowWrite }
        : { read: [], write: [] };
  }

  may(action: StationAction, station: string): boolean {
    if (this.isUnlimited) return true;
    const remembered = this.#remembered[action];
    let answer = remembered.get(station);
    if (answer === undefined) {
      answer = this.#patterns[action].some((pattern) => patternCovers(pattern, station));
      if (remembered.size >= rememberedCountMax) remembered.clear();
      remembered.set(station, answer);
    }
    return answer;
  }

  /** Whether it may do anything at all with a station, which includes to know that it is there. */
  maySee(station: string): boolean {
    return this.may('read', station) || this.may('write', station);
  }

  /** Throws STATION_FORBIDDEN, which names user and station. */
  demand(action: StationAction, station: string): void {
    if (!this.may(action, station)) throw this.refusal(station);
  }

  /** Throws STATION_FORBIDDEN unless it may see the station. */
  demandSight(station: string): void {
    if (!this.maySee(station)) throw this.refusal(station);
  }

  /** Throws STATION_CREATION_FORBIDDEN unless it may create a station of that name. */
  demandCreation(station: string): void {
    if (this.may('write', station)) return;
    throw new BrokerError('STATION_CREATION_FORBIDDEN', { user: this.userName, station });
  }

  /** Throws STATION_REMOVAL_FORBIDDEN unless it may remove the station. */
  demandRemoval(station: string): void {
    if (this.may('write', station)) return;
    throw new BrokerError('STATION_REMOVAL_FORBIDDEN', { user: this.userName, station });
  }

  /** Schemas belong to no station: who may produce somewhere may create one. Throws SCHEMA_CREATION_FORBIDDEN. */
  demandSchemaCreation(schema: string): void {
    if (this.isUnlimited || this.#patterns.write.length > 0) return;
    throw new BrokerError('SCHEMA_CREATION_FORBIDDEN', { user: this.userName, schema });
  }

  /** What a client is told that may not do what it asks of a station. */
  refusal(station: string): BrokerError {
    return new BrokerError('STATION_FORBIDDEN', { user: this.userName, station });
  }
}
