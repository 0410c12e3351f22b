/**
 * A queue of bounded length that several sources share: each has its turn, however many items one of them has.
 *
 * When it is full, a source with fewer items takes the place of the newest item of the one with most.
 */
export class FairQueue<Item> {
  /** In the order of their turns. */
  readonly #bySource = new Map<string, Item[]>();
  readonly #countMax: number;
  #length = 0;

  constructor(countMax: number) {
    this.#countMax = countMax;
  }

  get length(): number {
    return this.#length;
  }

  /** The item that there is no room for: none, one that gave way, or `item` itself. */
  push(source: string, item: Item): Item | undefined {
    const own = this.#bySource.get(source) ?? [];
    const isFull = this.#length >= this.#countMax;
    const longest = isFull ? this.#longest() : undefined;
    if (isFull && (longest === undefined || longest.length <= own.length + 1)) return item;
    own.push(item);
    this.#bySource.set(source, own);
    if (longest !== undefined) return longest.pop();
    this.#length += 1;
    return undefined;
  }

  /** The oldest item of the source whose turn it is, which comes last then. */
  shift(): Item | undefined {
    const [next] = this.#bySource;
    if (next === undefined) return undefined;
    const [source, items] = next;
    const item = items.shift();
    this.#length -= 1;
    this.#bySource.delete(source);
    if (items.length > 0) this.#bySource.set(source, items);
    return item;
  }

  #longest(): Item[] | undefined {
    let longest: Item[] | undefined;
    for (const items of this.#bySource.values()) {
      if (longest === undefined || items.length > longest.length) longest = items;
    }
    return longest;
  }
}
