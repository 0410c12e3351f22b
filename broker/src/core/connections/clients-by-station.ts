/** A producer or a consumer: one per connection, station and name. */
export interface Client {
  readonly connectionId: string;
  readonly stationId: number;
  readonly name: string;
}

/** Producers or consumers, found by station, counted by connection. */
export class ClientsByStation<Kind extends Client> {
  readonly #stations = new Map<number, Map<string, Kind>>();
  readonly #connectionCounts = new Map<string, number>();

  find(client: Client): Kind | undefined {
    return this.#stations.get(client.stationId)?.get(keyOf(client));
  }

  ofStation(stationId: number): Kind[] {
    return [...(this.#stations.get(stationId)?.values() ?? [])];
  }

  all(): Kind[] {
    return [...this.#stations.values()].flatMap((clients) => [...clients.values()]);
  }

  countOfConnection(connectionId: string): number {
    return this.#connectionCounts.get(connectionId) ?? 0;
  }

  /** Adds it, or replaces the one of the same connection, station and name. */
  put(client: Kind): void {
    let clients = this.#stations.get(client.stationId);
    if (clients === undefined) {
      clients = new Map<string, Kind>();
      this.#stations.set(client.stationId, clients);
    }
    const key = keyOf(client);
    if (!clients.has(key)) this.#count(client.connectionId, 1);
    clients.set(key, client);
  }

  /** False when there was none. */
  remove(client: Client): boolean {
    const clients = this.#stations.get(client.stationId);
    if (!clients?.delete(keyOf(client))) return false;
    if (clients.size === 0) this.#stations.delete(client.stationId);
    this.#count(client.connectionId, -1);
    return true;
  }

  removeStation(stationId: number): void {
    for (const client of this.ofStation(stationId)) this.remove(client);
  }

  #count(connectionId: string, change: 1 | -1): void {
    const count = this.countOfConnection(connectionId) + change;
    if (count === 0) this.#connectionCounts.delete(connectionId);
    else this.#connectionCounts.set(connectionId, count);
  }
}

/** A checked name has no zero byte, so the last one parts the two. */
function keyOf(client: Client): string {
  return `${client.connectionId}\0${client.name}`;
}
