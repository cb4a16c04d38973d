/** Positions of one source, in its order: mostly they follow each other, so runs of them are kept. */
export interface PositionRuns {
  readonly size: number;
  /** The position at a place in the list. */
  at(index: number): number | undefined;
  /** Those from a place in the list on. Its runs and what it gives. */
  from(index: number): readonly number[];
  /** Adds a position above the last one. */
  push(position: number): void;
  /** Keeps the first `keep`; gives the others. */
  cut(keep: number): readonly number[];
}

interface Run {
  readonly first: number;
  length: number;
}

/** Makes an empty {@link PositionRuns}. */
export const createPositionRuns = (): PositionRuns => {
  const runs: Run[] = [];
  let size = 0;

  const push = (position: number): void => {
    const last = runs.at(-1);
    if (last !== undefined && last.first + last.length === position) last.length += 1;
    else runs.push({ first: position, length: 1 });
    size += 1;
  };

  const from = (index: number): readonly number[] => {
    const found: number[] = [];
    let before = 0;
    for (const { first, length } of runs) {
      for (let step = Math.max(0, index - before); step < length; step += 1) found.push(first + step);
      before += length;
    }
    return found;
  };

  return {
    get size() {
      return size;
    },
    at(index) {
      let before = 0;
      for (const { first, length } of runs) {
        if (index < before + length) return index < before ? undefined : first + index - before;
        before += length;
      }
      return undefined;
    },
    from,
    push,
    cut(keep) {
      const all = from(0);
      runs.length = 0;
      size = 0;
      for (const position of all.slice(0, keep)) push(position);
      return all.slice(keep);
    },
  };
};
