/** Gives its items out smallest first. */
export class Heap<Item> {
  readonly #items: Item[] = [];
  readonly #isLess: (one: Item, other: Item) => boolean;

  constructor(isLess: (one: Item, other: Item) => boolean) {
    this.#isLess = isLess;
  }

  get length(): number {
    return this.#items.length;
  }

  /** The smallest item, which stays. */
  peek(): Item | undefined {
    return this.#items[0];
  }

  push(item: Item): void {
    const items = this.#items;
    let place = items.length;
    items.push(item);
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (!this.#isLess(item, items[above] as Item)) break;
      items[place] = items[above] as Item;
      place = above;
    }
    items[place] = item;
  }

  /** Drops every item that is not wanted any more. */
  retain(isWanted: (item: Item) => boolean): void {
    const kept = this.#items.filter(isWanted);
    this.#items.length = 0;
    for (const item of kept) this.push(item);
  }

  /** Takes the smallest item out. */
  shift(): Item | undefined {
    const items = this.#items;
    const smallest = items[0];
    const last = items.pop();
    if (items.length === 0 || last === undefined) return smallest;
    let place = 0;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= items.length) break;
      const right = below + 1;
      if (right < items.length && this.#isLess(items[right] as Item, items[below] as Item)) {
        below = right;
      }
      if (!this.#isLess(items[below] as Item, last)) break;
      items[place] = items[below] as Item;
      place = below;
    }
    items[place] = last;
    return smallest;
  }
}
