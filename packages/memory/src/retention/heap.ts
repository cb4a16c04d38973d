/** A binary min-heap of whole numbers by key, with a place for each, so that any of them can be re-keyed or removed. */
export interface IndexedHeap {
  readonly size: number;
  has(item: number): boolean;
  /** The key of an item, or undefined. */
  keyOf(item: number): number | undefined;
  /** Inserts an item, or gives it another key. O(log n). */
  set(item: number, key: number): void;
  /** True when it was there. O(log n). */
  delete(item: number): boolean;
  /** The item with the lowest key, the lower item of equal ones; undefined of none. O(1). */
  peek(): number | undefined;
  /** {@link peek}, and removes it. O(log n). */
  pop(): number | undefined;
  /** Takes many new items at once, O(n). Keys must not be NaN. */
  fill(entries: readonly (readonly [item: number, key: number])[]): void;
  /** Gives every item another key at once, O(n). Keys must not be NaN. */
  rekey(keyOf: (item: number) => number): void;
  /** Items in no order. */
  items(): Iterable<number>;
}

/** Makes an empty {@link IndexedHeap}. */
export const createIndexedHeap = (): IndexedHeap => {
  const items: number[] = [];
  const keys: number[] = [];
  const places = new Map<number, number>();

  const before = (key: number, item: number, place: number): boolean => {
    const other = keys[place] as number;
    return key < other || (key === other && item < (items[place] as number));
  };

  const put = (place: number, item: number, key: number): void => {
    items[place] = item;
    keys[place] = key;
    places.set(item, place);
  };

  const siftUp = (from: number, item: number, key: number): void => {
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!before(key, item, parent)) break;
      put(place, items[parent] as number, keys[parent] as number);
      place = parent;
    }
    put(place, item, key);
  };

  const siftDown = (from: number, item: number, key: number): void => {
    let place = from;
    while (true) {
      let child = 2 * place + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && before(keys[child + 1] as number, items[child + 1] as number, child))
        child += 1;
      if (before(key, item, child)) break;
      put(place, items[child] as number, keys[child] as number);
      place = child;
    }
    put(place, item, key);
  };

  const order = (): void => {
    for (let place = (items.length >> 1) - 1; place >= 0; place -= 1) {
      siftDown(place, items[place] as number, keys[place] as number);
    }
  };

  const sift = (place: number, item: number, key: number): void => {
    if (place > 0 && before(key, item, (place - 1) >> 1)) siftUp(place, item, key);
    else siftDown(place, item, key);
  };

  const remove = (item: number): boolean => {
    const place = places.get(item);
    if (place === undefined) return false;
    places.delete(item);
    const lastItem = items.pop() as number;
    const lastKey = keys.pop() as number;
    if (place < items.length) sift(place, lastItem, lastKey);
    return true;
  };

  return {
    get size() {
      return items.length;
    },
    has: (item) => places.has(item),
    keyOf(item) {
      const place = places.get(item);
      return place === undefined ? undefined : keys[place];
    },
    set(item, key) {
      const place = places.get(item);
      if (place === undefined) siftUp(items.length, item, key);
      else sift(place, item, key);
    },
    delete: remove,
    peek: () => items[0],
    pop() {
      const [item] = items;
      if (item !== undefined) remove(item);
      return item;
    },
    fill(entries) {
      for (const [item, key] of entries) put(items.length, item, key);
      order();
    },
    rekey(keyOf) {
      for (const [place, item] of items.entries()) keys[place] = keyOf(item);
      order();
    },
    items: () => items.values(),
  };
};
