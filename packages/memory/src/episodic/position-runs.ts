/**
 * Positions of one source, in its order: mostly they follow each other, so runs of them are kept, as the first of each and
 * how many. Plain data, a few bytes a source: there may be millions.
 */
export type PositionRuns = [first: number, length: number][];

/** How many positions there are. */
export const countPositions = (runs: PositionRuns): number => {
  let count = 0;
  for (const [, length] of runs) count += length;
  return count;
};

/** The position at a place in the list. */
export const positionAt = (runs: PositionRuns, index: number): number | undefined => {
  let before = 0;
  for (const [first, length] of runs) {
    if (index < before + length) return index < before ? undefined : first + index - before;
    before += length;
  }
  return undefined;
};

/** Those from a place in the list on. */
export const positionsFrom = (runs: PositionRuns, index: number): readonly number[] => {
  const found: number[] = [];
  let before = 0;
  for (const [first, length] of runs) {
    for (let step = Math.max(0, index - before); step < length; step += 1) found.push(first + step);
    before += length;
  }
  return found;
};

/** Adds a position above the last one. */
export const pushPosition = (runs: PositionRuns, position: number): void => {
  const last = runs.at(-1);
  if (last !== undefined && last[0] + last[1] === position) last[1] += 1;
  else runs.push([position, 1]);
};

/** Keeps the first `keep`; gives the others. */
export const cutPositions = (runs: PositionRuns, keep: number): readonly number[] => {
  const all = positionsFrom(runs, 0);
  runs.length = 0;
  for (const position of all.slice(0, keep)) pushPosition(runs, position);
  return all.slice(keep);
};
