import type { Chunk } from '@retentive/core';
import type { SurprisalSession, TokenBits } from '../entropy/surprisal-source.ts';
import { joinCues, readCues } from './cues.ts';
import { type ChunkFeatures, densityOf } from './score.ts';

/** Content words that a scope has heard lately, the one silent longest first. */
export type RecentWordsState = readonly string[];

/** So many different content words are lately: some hundreds of messages of talk. */
const RECENT_WORDS = 2_000;

/** Bits up to which a word is grammar, which is never new. */
const GRAMMAR_BITS = 9;

/** Reads what the score of chunks is made of, in the order in which they come. */
export interface FeatureReader {
  /** Of a new chunk; its words have been heard from then on. O(n). */
  read(chunk: Chunk, session: SurprisalSession, answers: boolean): ChunkFeatures;
  /** Of a chunk that comes back: nothing around it is known any more, and nothing in it is new. */
  readAgain(chunk: Chunk, session: SurprisalSession): ChunkFeatures;
  /** Undefined where nothing has to be remembered. */
  state(): RecentWordsState | undefined;
}

const contentWords = (text: string, pieces: readonly TokenBits[]): ReadonlySet<string> =>
  new Set(
    pieces
      .filter(({ bits }) => bits > GRAMMAR_BITS)
      .map(({ start, end }) => text.slice(start, end).trim().toLowerCase()),
  );

/** Makes a {@link FeatureReader}, empty or as it was; without `novelty` nothing is remembered, and nothing is new. */
export const createFeatureReader = (novelty: boolean, from: RecentWordsState = []): FeatureReader => {
  // In order of use: a word that is heard again goes to the end.
  const recent = new Set<string>(from);

  /** Share of the words that were not heard lately; they are now. */
  const hear = (words: ReadonlySet<string>): number => {
    let fresh = 0;
    for (const word of words) {
      if (!recent.delete(word)) fresh += 1;
      recent.add(word);
    }
    for (const word of recent) {
      if (recent.size <= RECENT_WORDS) break;
      recent.delete(word);
    }
    return words.size === 0 ? 0 : fresh / words.size;
  };

  const featuresOf = (
    chunk: Chunk,
    pieces: readonly TokenBits[],
    answers: boolean,
    fresh: number,
  ): ChunkFeatures => ({
    density: densityOf(chunk.text, pieces),
    cues: readCues(chunk.text),
    role: chunk.role,
    tokens: chunk.tokens,
    answers,
    novelty: fresh,
  });

  return {
    read(chunk, session, answers) {
      const pieces = session.score(chunk.text);
      return featuresOf(chunk, pieces, answers, novelty ? hear(contentWords(chunk.text, pieces)) : 0);
    },
    readAgain: (chunk, session) => featuresOf(chunk, session.score(chunk.text), false, 0),
    state: () => (novelty ? [...recent] : undefined),
  };
};

/** Features of a chunk and of what follows it in its message, taken together. Pure. */
export const joinFeatures = (a: ChunkFeatures, b: ChunkFeatures): ChunkFeatures => {
  const tokens = Math.max(1, a.tokens + b.tokens);
  const meanOf = (one: number, other: number): number => (one * a.tokens + other * b.tokens) / tokens;
  return {
    ...a,
    density: meanOf(a.density, b.density),
    novelty: meanOf(a.novelty, b.novelty),
    cues: joinCues(a.cues, b.cues),
    tokens: a.tokens + b.tokens,
  };
};

/** All of them taken together; undefined for none. */
export const joinAll = (all: readonly ChunkFeatures[]): ChunkFeatures | undefined =>
  all.length === 0 ? undefined : all.reduce(joinFeatures);
