import { externalName, internalName } from '../../core/stations/index.ts';
import type { PartitionAddress, Station, StationRegistry } from '../../core/stations/index.ts';

/** Where one partition of one station is on the wire. */
export interface PartitionRoute {
  readonly address: PartitionAddress;
  /** Name of the station. */
  readonly station: string;
  /** `<internal name>$<partition>`. */
  readonly stream: string;
  /** Where its messages are published to and delivered from: `<stream>.final`. */
  readonly subject: string;
}

/** What a stream name stands for. */
export interface StreamName {
  readonly station: Station;
  /** Undefined for the bare name of the station. */
  readonly partition: number | undefined;
}

const SUBJECT_END = '.final';

/**
 * Finds the partition that a stream or a subject names, remembering those that were found: a
 * publish costs one map look-up. Forgets a station that is removed.
 *
 * Partition 0 is the last one: the SDK for Node takes the index of a partition key for its number
 * (wire-protocol.md 7.2).
 */
export class StationRoutes {
  readonly #stations: StationRegistry;
  readonly #bySubject = new Map<string, PartitionRoute>();
  readonly #byStream = new Map<string, PartitionRoute>();

  constructor(stations: StationRegistry) {
    this.#stations = stations;
    stations.onRemoved((station) => this.#forget(station));
  }

  /** Of the subject that a client publishes to. */
  bySubject(subject: string): PartitionRoute | undefined {
    const known = this.#bySubject.get(subject);
    if (known !== undefined || !subject.endsWith(SUBJECT_END)) return known;
    const route = this.byStream(subject.slice(0, -SUBJECT_END.length));
    if (route !== undefined) this.#bySubject.set(subject, route);
    return route;
  }

  /** Of a stream; the bare name of a station is none. */
  byStream(stream: string): PartitionRoute | undefined {
    const known = this.#byStream.get(stream);
    if (known !== undefined) return known;
    const name = this.read(stream);
    if (name?.partition === undefined) return undefined;
    const route = routeTo(name.station, name.partition);
    this.#byStream.set(stream, route);
    return route;
  }

  /** What a stream name means, with the bare name of a station. Undefined for what does not exist. */
  read(stream: string): StreamName | undefined {
    if (stream.includes('.')) return undefined; // an external name, which no stream carries
    const dollar = stream.lastIndexOf('$');
    const internal = dollar === -1 ? stream : stream.slice(0, dollar);
    const station = this.#stations.find(externalName(internal));
    if (station === undefined) return undefined;
    if (dollar === -1) return { station, partition: undefined };
    const digits = stream.slice(dollar + 1);
    if (!/^(0|[1-9]\d{0,8})$/.test(digits)) return undefined;
    const partition = Number(digits);
    if (partition > station.partitionCount) return undefined;
    return { station, partition: partition === 0 ? station.partitionCount : partition };
  }

  #forget(station: Station): void {
    for (let partition = 0; partition <= station.partitionCount; partition++) {
      const stream = `${internalName(station.name)}$${partition}`;
      this.#byStream.delete(stream);
      this.#bySubject.delete(stream + SUBJECT_END);
    }
  }
}

/** The route to a partition that exists. */
export function routeTo(station: Station, partition: number): PartitionRoute {
  const stream = `${internalName(station.name)}$${partition}`;
  return {
    address: { stationId: station.id, partition },
    station: station.name,
    stream,
    subject: stream + SUBJECT_END,
  };
}
