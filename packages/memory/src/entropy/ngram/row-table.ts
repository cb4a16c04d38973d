/** An open-addressing hash table over rows of unsigned numbers: two of key, then values, the first of which is never 0. */
export interface RowTable {
  /** All rows, empty ones as zeros. */
  readonly rows: Uint32Array;
  /** Rows in use. */
  readonly size: number;
  /** Where the row of a key begins in `rows`, or -1. */
  find(high: number, low: number): number;
  /** The row of a key, made with zeros as values where there is none: the caller sets the first one at once. */
  place(high: number, low: number): number;
  /** Removes the row that begins there. */
  remove(row: number): void;
  /** Removes every row that `isGone` is true for; keeps the memory. Rows may be asked about twice. */
  removeWhere(isGone: (row: number) => boolean): void;
}

/** Where the values of a row begin. */
export const VALUE = 2;

/** Above this share of rows in use, look-ups get slow. */
export const MAX_LOAD = 0.7;

/** Finalizer of MurmurHash3 over both halves of the key. */
const hashOf = (high: number, low: number): number => {
  let hash = Math.imul(high, 0x9e3779b1) ^ Math.imul(low, 0x85ebca77);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
};

/** Makes a {@link RowTable} over `rows`: a power of two of rows of `width` numbers, empty or of such a table. */
export const createRowTable = (rows: Uint32Array, width: number): RowTable => {
  const places = rows.length / width;
  const mask = places - 1;
  let size = 0;
  for (let row = VALUE; row < rows.length; row += width) if (rows[row] !== 0) size += 1;

  const homeOf = (row: number): number => hashOf(rows[row] as number, rows[row + 1] as number) & mask;

  /** Closes the gap that a row leaves, as linear probing needs it. */
  const remove = (row: number): void => {
    let gap = row / width;
    for (let at = (gap + 1) & mask; rows[at * width + VALUE] !== 0; at = (at + 1) & mask) {
      const home = homeOf(at * width);
      // A row between its home and where it stands must not pass its home.
      if (((at - home) & mask) < ((at - gap) & mask)) continue;
      rows.copyWithin(gap * width, at * width, (at + 1) * width);
      gap = at;
    }
    rows.fill(0, gap * width, (gap + 1) * width);
    size -= 1;
  };

  const find = (high: number, low: number): number => {
    for (let at = hashOf(high, low) & mask; ; at = (at + 1) & mask) {
      const row = at * width;
      if (rows[row + VALUE] === 0) return -1;
      if (rows[row + 1] === low && rows[row] === high) return row;
    }
  };

  return {
    rows,
    get size() {
      return size;
    },
    find,
    place(high, low) {
      for (let at = hashOf(high, low) & mask; ; at = (at + 1) & mask) {
        const row = at * width;
        if (rows[row + VALUE] === 0) {
          rows[row] = high;
          rows[row + 1] = low;
          size += 1;
          return row;
        }
        if (rows[row + 1] === low && rows[row] === high) return row;
      }
    },
    remove,
    removeWhere(isGone) {
      for (let row = 0; row < rows.length; row += width) {
        // What closes the gap stands here now.
        while (rows[row + VALUE] !== 0 && isGone(row)) remove(row);
      }
    },
  };
};

/** The rows in use in as little room as keeps look-ups fast; `rows` itself where that is no less. */
export const compactRows = (table: RowTable, width: number): Uint32Array => {
  let places = 2;
  while (places * MAX_LOAD < table.size) places *= 2;
  if (places * width >= table.rows.length) return table.rows;
  const compact = createRowTable(new Uint32Array(places * width), width);
  for (let row = 0; row < table.rows.length; row += width) {
    if (table.rows[row + VALUE] === 0) continue;
    const to = compact.place(table.rows[row] as number, table.rows[row + 1] as number);
    compact.rows.set(table.rows.subarray(row + VALUE, row + width), to + VALUE);
  }
  return compact.rows;
};
