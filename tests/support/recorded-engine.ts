import type { StationEngine } from '../../broker/src/core/ports/index.ts';
import type { GroupSettings, GroupStart } from '../../broker/src/core/groups/index.ts';
import type { Station } from '../../broker/src/core/stations/index.ts';

type ManagedPart = Pick<
  StationEngine,
  'openStation' | 'removeStation' | 'putGroup' | 'deleteGroup'
>;

/** The management side of an engine: writes down what it is told, and fails when a test says so. */
export class RecordedEngine implements ManagedPart {
  readonly calls: string[] = [];
  failure: Error | undefined;

  /** For constructors that take a whole engine; whatever is not recorded here is not there. */
  get port(): StationEngine {
    return this as unknown as StationEngine;
  }

  openStation(station: Station): Promise<void> {
    return this.#record(
      `open ${station.name}${station.deadLetterStation === null ? '' : ` > ${station.deadLetterStation}`}`,
    );
  }

  removeStation(stationId: number): Promise<void> {
    return this.#record(`remove ${String(stationId)}`);
  }

  putGroup(stationId: number, settings: GroupSettings, start: GroupStart): Promise<void> {
    const { name, ackTimeoutMs } = settings;
    return this.#record(
      `put group ${String(stationId)}/${name} ${String(ackTimeoutMs)} ms from ${start.kind}`,
    );
  }

  async deleteGroup(stationId: number, group: string): Promise<boolean> {
    await this.#record(`delete group ${String(stationId)}/${group}`);
    return true;
  }

  async #record(call: string): Promise<void> {
    await Promise.resolve();
    if (this.failure !== undefined) throw this.failure;
    this.calls.push(call);
  }
}
