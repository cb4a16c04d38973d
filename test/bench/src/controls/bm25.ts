/** The usual constants of Okapi BM25 (Robertson and Zaragoza, 2009). */
const K1 = 1.2;
const B = 0.75;

/** Scores every document for a query, in the order the documents were given; 0 where no term is shared. */
export interface Bm25 {
  readonly idf: (term: string) => number;
  score(query: readonly string[]): Float64Array;
}

interface Posting {
  readonly document: number;
  readonly count: number;
}

/** An inverted index over `documents` (terms of each). A term asked twice counts once. */
export const createBm25 = (documents: readonly (readonly string[])[]): Bm25 => {
  const postings = new Map<string, Posting[]>();
  for (const [document, terms] of documents.entries()) {
    const counts = new Map<string, number>();
    for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
    for (const [term, count] of counts) {
      const list = postings.get(term);
      if (list === undefined) postings.set(term, [{ document, count }]);
      else list.push({ document, count });
    }
  }
  const total = documents.reduce((sum, terms) => sum + terms.length, 0);
  const meanLength = total / Math.max(1, documents.length) || 1;
  const idf = (term: string): number => {
    const holders = postings.get(term)?.length ?? 0;
    return Math.log(1 + (documents.length - holders + 0.5) / (holders + 0.5));
  };
  return {
    idf,
    score(query) {
      const scores = new Float64Array(documents.length);
      for (const term of new Set(query)) {
        const weight = idf(term);
        for (const { document, count } of postings.get(term) ?? []) {
          const length = (documents[document] as readonly string[]).length / meanLength;
          scores[document] =
            (scores[document] ?? 0) + (weight * count * (K1 + 1)) / (count + K1 * (1 - B + B * length));
        }
      }
      return scores;
    },
  };
};
