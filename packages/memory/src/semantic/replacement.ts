import type { FactId } from '@retentive/core';
import type { FactBeliefs } from './fact-beliefs.ts';
import { type FactRecord, latestVersion } from './fact-record.ts';

/** Where a fact belongs among those that replaced each other. */
interface Place {
  /** The one that ends where it begins; undefined where there is nothing to replace. */
  readonly before: FactRecord | undefined;
  /** The one that takes its place in turn. */
  readonly after: FactRecord | undefined;
}

/** Finds the way through facts that replaced each other. */
export interface Replacement {
  /** What stands in the place of a fact whose record was corrected: itself while it was not. */
  updatedTo(id: FactId): FactRecord | undefined;
  /**
   * The place of one that begins then: by when they began, and by their ids where they began at once. So it does not matter
   * in which order those that replace the same fact are recorded.
   */
  placeFor(id: FactId, of: { readonly begins: number; readonly id: FactId }): Place;
}

/** Makes a {@link Replacement} over records. */
export const createReplacement = ({ get }: Pick<FactBeliefs, 'get'>): Replacement => {
  const successor = (record: FactRecord): FactRecord | undefined => get(latestVersion(record).replacedBy);

  const updatedTo = (id: FactId): FactRecord | undefined => {
    let record = get(id);
    const seen = new Set<FactId>();
    while (record !== undefined && latestVersion(record).ownStatus === 'updated' && !seen.has(record.id)) {
      seen.add(record.id);
      record = successor(record) ?? undefined;
    }
    return record;
  };

  return {
    updatedTo,
    placeFor(id, of) {
      let before = updatedTo(id);
      const seen = new Set<FactId>();
      while (before !== undefined && !seen.has(before.id)) {
        seen.add(before.id);
        const { replacedBy } = latestVersion(before);
        const next = replacedBy === undefined ? undefined : updatedTo(replacedBy);
        const isEarlier =
          next !== undefined && (next.begins < of.begins || (next.begins === of.begins && next.id < of.id));
        if (!isEarlier) return { before, after: next };
        before = next;
      }
      return { before, after: undefined };
    },
  };
};
