/** What is looked for among others by its terms. */
export interface Termed {
  readonly terms: ReadonlySet<string>;
}

/** Finds what was said before in nearly the same words. */
export interface DraftIndex<Draft extends Termed> {
  /** Position of the first like it, of those that are looked at. */
  find(draft: Draft, isSame: (other: Draft) => boolean): number | undefined;
  /** Files a draft under a position; a draft that took another's place is filed again. */
  file(draft: Draft, position: number): void;
}

/** Most drafts that are looked at for one term, the newest: what is said alike so often is said anew each time. */
const MOST_OF_A_TERM = 48;

/** What a product of fractions may be too large by. */
const ROUNDING = 1e-9;

/**
 * Makes an empty {@link DraftIndex}. Two sets that share at least `share` of their terms have one of the rarest of each in
 * common: only by those is a draft filed and looked for (prefix filtering). `frequency` tells how rare a term is.
 */
export const createDraftIndex = <Draft extends Termed>(
  share: number,
  frequency: ReadonlyMap<string, number>,
  drafts: readonly Draft[],
): DraftIndex<Draft> => {
  const positions = new Map<string, number[]>();
  const rarest = ({ terms }: Draft): readonly string[] =>
    [...terms]
      .toSorted((a, b) => (frequency.get(a) ?? 0) - (frequency.get(b) ?? 0) || (a < b ? -1 : 1))
      .slice(0, terms.size - Math.ceil(share * terms.size - ROUNDING) + 1);
  return {
    find(draft, isSame) {
      const near = new Set(
        rarest(draft).flatMap((term) => positions.get(term)?.slice(-MOST_OF_A_TERM) ?? []),
      );
      return [...near].sort((a, b) => a - b).find((position) => isSame(drafts[position] as Draft));
    },
    file(draft, position) {
      for (const term of rarest(draft)) {
        const known = positions.get(term);
        if (known === undefined) positions.set(term, [position]);
        else if (known.at(-1) !== position) known.push(position);
      }
    },
  };
};
