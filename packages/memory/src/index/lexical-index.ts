import type { SessionId } from '@retentive/core';
import { createDocumentTable, sharesOf } from './document-table.ts';
import { DEFAULT_LEXICAL_OPTIONS, type LexicalOptions, type LexicalStatistics } from './lexical-options.ts';
import { createLexicalScorer, type TermSearch } from './lexical-scorer.ts';
import { addPosting, createPostings, movePostings, type Postings, postingAt } from './postings.ts';

/** A document of the index: its place, its session and its weighted terms. */
export interface LexicalDocument {
  /** Whole number from 0, the place of the document in its session; one from the middle finds its place again. */
  readonly ordinal: number;
  readonly session: SessionId;
  /** Term to weight; 1 is one occurrence in the text. */
  readonly terms: ReadonlyMap<string, number>;
  /** Weight of all its terms, where `terms` are but those that will ever be asked for. */
  readonly length?: number | undefined;
}

/** Of a document what scoring it by some terms takes. */
export interface LexicalPart {
  readonly terms: ReadonlyMap<string, number>;
  /** Weight of all its terms. */
  readonly length: number;
}

/** Scores of one search; valid until the next change or search of the index. */
export interface LexicalScores {
  /** How many documents have a score above 0. */
  readonly count: number;
  /** Their ordinals, in no order. */
  readonly ordinals: readonly number[];
  /** The score of a document, 0 for one that the index does not hold. */
  scoreOf(ordinal: number): number;
  /** Query terms found in the document or its neighbours; bit i stands for term i of the query, up to 31. */
  matchedOf(ordinal: number): number;
  /** The same for terms of the document itself. */
  ownOf(ordinal: number): number;
  /** Calls `visit` for each of `ordinals`, with its score: faster than asking for them one by one. */
  each(visit: (ordinal: number, score: number) => void): void;
}

/** A document that a search found. */
export interface LexicalHit {
  readonly ordinal: number;
  readonly score: number;
}

/**
 * Context-smoothed BM25 over an inverted index: the frequency of a term in a document is its own plus a decaying share
 * of its neighbours' in the session, so that an answer is found by the words of the question before it. In memory,
 * incremental; a search is linear in the postings of its terms. It takes room for the documents that it holds, not for
 * those that it ever held.
 */
export interface LexicalIndex extends LexicalStatistics {
  /** Living documents. */
  readonly size: number;
  /** Adds a document, in its session between those with a lower and those with a higher ordinal. */
  add(document: LexicalDocument): void;
  /** Takes a document out; `terms` must be those it was added with. Neighbours close the gap. */
  remove(ordinal: number, terms: ReadonlyMap<string, number>): void;
  /** Share of documents that hold the term, turned to weight: ln(1 + (N - n + .5) / (n + .5)). */
  inverseDocumentFrequency(term: string): number;
  /** The part of a document that some terms ask for; undefined of one that is not here. */
  partOf(ordinal: number, terms: readonly string[]): LexicalPart | undefined;
  /**
   * Documents in `without` neither score nor lend words to their neighbours. Of `shares`, a term counts so much of its
   * weight, by default all.
   */
  search(
    terms: readonly string[],
    without?: ReadonlySet<number>,
    shares?: ReadonlyMap<string, number>,
  ): LexicalScores;
  /**
   * The `limit` best of what `search` finds, with the same scores, best first, ties to the lower ordinal; of those that are
   * accepted, by default all that are not in `without`. Once no other document can be among them, what is left of the
   * postings is not read.
   */
  top(terms: readonly string[], limit: number, options?: TopOptions): readonly LexicalHit[];
}

/** Options of {@link LexicalIndex.top}. */
export interface TopOptions {
  readonly without?: ReadonlySet<number> | undefined;
  readonly accepts?: ((ordinal: number) => boolean) | undefined;
}

const sumOf = (terms: ReadonlyMap<string, number>): number => {
  let sum = 0;
  for (const weight of terms.values()) sum += weight;
  return sum;
};

/** Bits of a number that say which terms a document matches. */
const MATCH_BITS = 31;

/** Makes an empty {@link LexicalIndex}. */
export const createLexicalIndex = (options: LexicalOptions = DEFAULT_LEXICAL_OPTIONS): LexicalIndex => {
  const { k1, b, smoothing, statistics } = options;
  const shares = sharesOf(smoothing);
  const table = createDocumentTable(shares, smoothing.mostLent);
  const scorer = createLexicalScorer(table, { k1, b, shares, mostLent: smoothing.mostLent });
  const postings = new Map<string, Postings>();

  /** O(postings), amortised over removals. */
  const compact = (): void => {
    const moved = table.compact();
    for (const list of postings.values()) movePostings(list, moved);
  };

  const weightOf = (term: string): number => {
    const count = postings.get(term)?.living ?? 0;
    return Math.log(1 + (table.size - count + 0.5) / (count + 0.5));
  };

  const searchOf = (
    terms: readonly string[],
    without: ReadonlySet<number> | undefined,
    shares?: ReadonlyMap<string, number>,
  ): TermSearch => {
    const hidden = new Set([...(without ?? [])].map(table.slotOf).filter((slot) => slot >= 0));
    const { inverseDocumentFrequency, averageLength } = statistics ?? index;
    return {
      averageLength,
      hidden: hidden.size === 0 ? undefined : hidden,
      terms: terms.flatMap((term, position) => {
        const list = postings.get(term);
        const bit = position < MATCH_BITS ? 1 << position : 0;
        if (list === undefined) return [];
        return [{ list, weight: inverseDocumentFrequency(term) * (shares?.get(term) ?? 1), bit }];
      }),
    };
  };

  const index: LexicalIndex = {
    get size() {
      return table.size;
    },
    get averageLength() {
      return table.averageLength();
    },
    add({ ordinal, session, terms, length = sumOf(terms) }) {
      const slot = table.add(ordinal, session, length);
      for (const [term, weight] of terms) {
        let list = postings.get(term);
        if (list === undefined) {
          list = createPostings();
          postings.set(term, list);
        }
        addPosting(list, slot, weight);
      }
    },
    remove(ordinal, terms) {
      const slot = table.slotOf(ordinal);
      if (slot < 0) return;
      for (const term of terms.keys()) {
        const list = postings.get(term);
        if (list === undefined || postingAt(list, slot) === undefined) continue;
        // What is gone stays in the list until the next compaction, and is passed over.
        list.living -= 1;
        if (list.living === 0) postings.delete(term);
      }
      table.remove(slot);
      if (table.isSparse()) compact();
    },
    inverseDocumentFrequency: weightOf,
    partOf(ordinal, asked) {
      const slot = table.slotOf(ordinal);
      if (slot < 0) return undefined;
      const terms = new Map<string, number>();
      for (const term of asked) {
        const list = postings.get(term);
        const weight = list === undefined ? undefined : postingAt(list, slot);
        if (weight !== undefined) terms.set(term, weight);
      }
      return { terms, length: table.columns().lengths[slot] as number };
    },
    search(terms, without, shares) {
      const { found, count, scores, matched, own } = scorer.scoreAll(searchOf(terms, without, shares));
      const { ordinals } = table.columns();
      let list: readonly number[] | undefined;
      const read = (values: Float64Array | Int32Array, ordinal: number): number =>
        values[table.slotOf(ordinal)] ?? 0;
      return {
        count,
        get ordinals() {
          list ??= Array.from({ length: count }, (_, at) => ordinals[found[at] as number] as number);
          return list;
        },
        scoreOf: (ordinal) => read(scores, ordinal),
        matchedOf: (ordinal) => read(matched, ordinal),
        ownOf: (ordinal) => read(own, ordinal),
        each(visit) {
          for (let at = 0; at < count; at += 1) {
            const slot = found[at] as number;
            visit(ordinals[slot] as number, scores[slot] as number);
          }
        },
      };
    },
    top(terms, limit, { without, accepts } = {}) {
      const { ordinals } = table.columns();
      const ordinalOf = (slot: number): number => ordinals[slot] as number;
      const isAccepted = accepts ?? ((ordinal: number): boolean => without?.has(ordinal) !== true);
      return scorer
        .best(searchOf(terms, without), limit, (slot) => isAccepted(ordinalOf(slot)))
        .map(({ slot, score }) => ({ ordinal: ordinalOf(slot), score }));
    },
  };
  return index;
};
