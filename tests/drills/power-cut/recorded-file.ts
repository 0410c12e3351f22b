import type { Dice } from '../../support/index.ts';

/** How much of what was not synced a power cut takes: all, about three of four, half, one of four, nothing. */
export type Loss = 'everything' | 'most' | 'half' | 'little' | 'nothing';

const keptOfFour = { everything: 0, most: 1, half: 2, little: 3, nothing: 4 } as const;

/** What a disk writes whole or not at all. */
const sectorBytes = 512;

interface Version<Value> {
  readonly index: number;
  readonly value: Value;
}

/** One file of a `RecordedDisk`, with every version of a sector that the disk may hold. */
export class RecordedFile {
  /** What is surely there; grows by doubling, so that appending costs no copy each time. */
  #settled = Buffer.alloc(0);
  readonly #unsynced = new Map<number, Version<Buffer>[]>();
  #sizes: Version<number>[] = [{ index: -1, value: 0 }];

  get current(): Buffer {
    const bytes = this.#frame(this.#latestSize());
    for (const [sector, versions] of this.#unsynced) place(bytes, sector, versions.at(-1)?.value);
    return bytes;
  }

  /** Returns the sectors that were touched. */
  write(index: number, offset: number, bytes: Buffer): number[] {
    const sectors: number[] = [];
    for (let at = offset; at < offset + bytes.length;) {
      const sector = Math.floor(at / sectorBytes);
      const start = sector * sectorBytes;
      const end = Math.min(start + sectorBytes, offset + bytes.length);
      const value = this.#sector(sector);
      bytes.copy(value, at - start, at - offset, end - offset);
      const versions = this.#unsynced.get(sector);
      if (versions === undefined) this.#unsynced.set(sector, [{ index, value }]);
      else versions.push({ index, value });
      sectors.push(sector);
      at = end;
    }
    if (offset + bytes.length > this.#latestSize()) this.resize(index, offset + bytes.length);
    return sectors;
  }

  resize(index: number, byteCount: number): void {
    if (byteCount < this.#latestSize()) throw new Error('A file that shrinks is not modelled');
    this.#sizes.push({ index, value: byteCount });
  }

  /** A sync has ended that covers what was written before `beforeIndex`, in these sectors or in all. */
  settle(beforeIndex: number, sectors: Iterable<number> = [...this.#unsynced.keys()]): void {
    const size = this.#sizes.findLastIndex(({ index }) => index < beforeIndex);
    this.#sizes = this.#sizes.slice(Math.max(size, 0));
    for (const sector of sectors) {
      const versions = this.#unsynced.get(sector) ?? [];
      const last = versions.findLastIndex(({ index }) => index < beforeIndex);
      if (last === -1) continue;
      this.#reserve((sector + 1) * sectorBytes);
      place(this.#settled, sector, versions[last]?.value);
      if (last === versions.length - 1) this.#unsynced.delete(sector);
      else this.#unsynced.set(sector, versions.slice(last + 1));
    }
  }

  image(
    dice: Dice,
    loss: Loss,
  ): { bytes: Buffer; unsyncedSectorCount: number; droppedSectorCount: number } {
    const isKept = (): boolean => dice.below(4) < keptOfFour[loss];
    const size = isKept() ? dice.pick(this.#sizes.slice(-2)).value : (this.#sizes[0]?.value ?? 0);
    const bytes = this.#frame(loss === 'nothing' ? this.#latestSize() : size);
    let droppedSectorCount = 0;
    for (const [sector, versions] of this.#unsynced) {
      const latest = versions.at(-1);
      // A version in the middle is rare on a disk, and the most surprising one.
      const kept = loss !== 'nothing' && dice.once(4) ? dice.pick(versions) : latest;
      const found = isKept() ? kept : undefined;
      if (found !== latest || sector * sectorBytes >= bytes.length) droppedSectorCount += 1;
      place(bytes, sector, found?.value);
    }
    return { bytes, unsyncedSectorCount: this.#unsynced.size, droppedSectorCount };
  }

  #latestSize(): number {
    return this.#sizes.at(-1)?.value ?? 0;
  }

  /** A copy of the sector as programs see it. */
  #sector(sector: number): Buffer {
    const value = Buffer.alloc(sectorBytes);
    const latest = this.#unsynced.get(sector)?.at(-1)?.value;
    if (latest !== undefined) latest.copy(value);
    else this.#settled.subarray(sector * sectorBytes, (sector + 1) * sectorBytes).copy(value);
    return value;
  }

  /** So many bytes with what is surely there. */
  #frame(byteCount: number): Buffer {
    const bytes = Buffer.alloc(byteCount);
    this.#settled.copy(bytes);
    return bytes;
  }

  #reserve(byteCount: number): void {
    if (this.#settled.length >= byteCount) return;
    const larger = Buffer.alloc(Math.max(byteCount, 2 * this.#settled.length));
    this.#settled.copy(larger);
    this.#settled = larger;
  }
}

function place(bytes: Buffer, sector: number, value: Buffer | undefined): void {
  if (value !== undefined && sector * sectorBytes < bytes.length) {
    value.copy(bytes, sector * sectorBytes);
  }
}
