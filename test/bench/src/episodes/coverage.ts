import { analyze } from '../controls/analyze.ts';

/** Something stored: its words, and the turns it rests on. */
export interface StoredItem {
  readonly words: string;
  readonly sources: readonly string[];
}

/** A statement that somebody else made of a conversation, with the turns that say so. */
export interface Observation {
  readonly text: string;
  readonly evidence: readonly string[];
}

/** Share of a statement's content words that what is stored must have. */
const LEAST_SHARE = 0.6;

/** Shares of statements that are covered. */
export interface Coverage {
  /** By one item that has a turn in common. */
  readonly single: number;
  /** By all items together that have a turn in common. */
  readonly joint: number;
}

const isCovered = (wanted: readonly string[], words: ReadonlySet<string>): boolean =>
  wanted.filter((word) => words.has(word)).length >= LEAST_SHARE * wanted.length;

/** How many statements have their content words in what is stored of the same turns. */
export const coverageOf = (observations: readonly Observation[], items: readonly StoredItem[]): Coverage => {
  const bySource = new Map<string, ReadonlySet<string>[]>();
  for (const { words, sources } of items) {
    const terms = new Set(analyze(words));
    for (const source of sources) bySource.set(source, [...(bySource.get(source) ?? []), terms]);
  }
  let single = 0;
  let joint = 0;
  const wanted = observations.filter(({ text }) => analyze(text).length > 0);
  for (const { text, evidence } of wanted) {
    const terms = [...new Set(analyze(text))];
    const near = evidence.flatMap((id) => bySource.get(id) ?? []);
    if (near.some((words) => isCovered(terms, words))) single += 1;
    if (isCovered(terms, new Set(near.flatMap((words) => [...words])))) joint += 1;
  }
  const count = Math.max(1, wanted.length);
  return { single: single / count, joint: joint / count };
};
