import { KeyedQueue, utf8Bytes } from '../../foundation/index.ts';
import type { Clock } from '../../foundation/index.ts';
import { BrokerError } from '../errors/index.ts';
import type { MetadataStore } from '../ports/metadata-store.ts';
import type { SchemaFormat } from '../ports/schema-format.ts';
import { checkedName } from '../stations/names.ts';
import { schemaFormatNames } from './schema.ts';
import type { Schema, SchemaFormatName, SchemaVersion } from './schema.ts';

/** How much of schemas one may store. */
export interface SchemaLimits {
  /** UTF-8 bytes of one version. */
  readonly schemaBytesMax: number;
  readonly schemaVersionCountMax: number;
}

/** A schema as a caller sends it, nothing of it checked. */
export interface SchemaRequest {
  readonly name: string;
  /** `json`, `graphql`, `protobuf` or `avro`. */
  readonly format: string;
  readonly content: string;
}

/**
 * The schemas that exist: found in memory, changed through the metadata.
 *
 * Changes of one name happen one after the other; a schema is findable exactly while its record is in
 * the metadata.
 */
export class SchemaRegistry {
  readonly #metadata: MetadataStore;
  readonly #formats = new Map<SchemaFormatName, SchemaFormat>();
  readonly #clock: Clock;
  readonly #limits: SchemaLimits;
  readonly #byName = new Map<string, Schema>();
  readonly #changes = new KeyedQueue();

  constructor(
    metadata: MetadataStore,
    formats: readonly SchemaFormat[],
    clock: Clock,
    limits: SchemaLimits,
  ) {
    this.#metadata = metadata;
    for (const format of formats) this.#formats.set(format.name, format);
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Once, at start. */
  async load(): Promise<void> {
    for (const schema of await this.#metadata.schemas()) this.#byName.set(schema.name, schema);
  }

  /** By its name in lower case. */
  find(name: string): Schema | undefined {
    return this.#byName.get(name);
  }

  /** In the order of their names. */
  list(): readonly Schema[] {
    return [...this.#byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /**
   * Creates a schema, whose first version is active at once, or adds a version to one that exists,
   * which is not active until `activate`. Resolves when it is durable.
   *
   * Rejects with SCHEMA_FORMAT, SCHEMA_EMPTY, SCHEMA_TOO_LARGE, SCHEMA_CONTENT or an error of the name; with
   * SCHEMA_OTHER_FORMAT and SCHEMA_UNCHANGED, whose texts SDKs tell apart (wire-protocol.md 2.9); with
   * SCHEMA_VERSION_COUNT.
   */
  async create(request: SchemaRequest, by: string): Promise<SchemaVersion> {
    const name = checkedName('Schema', request.name);
    const format = this.#formatOf(request.format);
    const { content } = request;
    this.#refuseSize(name, content);
    return this.#changes.run([name], async () => {
      const known = this.#byName.get(name);
      if (known !== undefined) refuseRepetition(known, format.name, content);
      const number = (known?.versions.length ?? 0) + 1;
      const limit = this.#limits.schemaVersionCountMax;
      if (number > limit) throw new BrokerError('SCHEMA_VERSION_COUNT', { schema: name, limit });
      const checked = format.check(content, `${name}_${String(number)}.proto`);
      const createdAtMs = this.#clock.wallMs();
      const version: SchemaVersion = { number, content, ...checked, createdAtMs, createdBy: by };
      await this.#put({
        name,
        format: format.name,
        versions: [...(known?.versions ?? []), version],
        activeVersion: known?.activeVersion ?? number,
      });
      return version;
    });
  }

  /** Makes another version the one that stations enforce; false when there is none of that number. */
  async activate(name: string, versionNumber: number): Promise<boolean> {
    return this.#changes.run([name], async () => {
      const schema = this.#byName.get(name);
      if (schema?.versions[versionNumber - 1] === undefined) return false;
      await this.#put({ ...schema, activeVersion: versionNumber });
      return true;
    });
  }

  /**
   * Runs `task` while the schema can not vanish; `task` must not change schemas itself.
   * Rejects with SCHEMA_NOT_FOUND when there is none of that name.
   */
  async whileExists<Result>(name: string, task: () => Promise<Result>): Promise<Result> {
    return this.#changes.run([name], () => {
      if (!this.#byName.has(name)) throw new BrokerError('SCHEMA_NOT_FOUND', { schema: name });
      return task();
    });
  }

  /**
   * Removes a schema, also where stations have it; false when there is none. `removed` runs when that
   * is durable, before anybody can create a schema of that name.
   */
  async remove(name: string, removed: () => void): Promise<boolean> {
    return this.#changes.run([name], async () => {
      if (!(await this.#metadata.deleteSchema(name))) return false;
      this.#byName.delete(name);
      removed();
      return true;
    });
  }

  async #put(schema: Schema): Promise<void> {
    await this.#metadata.putSchema(schema);
    this.#byName.set(schema.name, schema);
  }

  #formatOf(name: string): SchemaFormat {
    const format = this.#formats.get(name as SchemaFormatName);
    if (format !== undefined) return format;
    throw new BrokerError('SCHEMA_FORMAT', { value: name, accepted: schemaFormatNames.join(', ') });
  }

  #refuseSize(schema: string, content: string): void {
    if (content.trim() === '') throw new BrokerError('SCHEMA_EMPTY', { schema });
    const bytes = utf8Bytes(content);
    const limit = this.#limits.schemaBytesMax;
    if (bytes > limit) throw new BrokerError('SCHEMA_TOO_LARGE', { schema, bytes, limit });
  }
}

function refuseRepetition(known: Schema, format: SchemaFormatName, content: string): void {
  if (known.format !== format) {
    throw new BrokerError('SCHEMA_OTHER_FORMAT', { schema: known.name, format: known.format });
  }
  // Of the newest only: going back to an older text is a change (observed, wire-protocol.md 2.9).
  if (known.versions.at(-1)?.content === content) {
    throw new BrokerError('SCHEMA_UNCHANGED', { schema: known.name });
  }
}
