import { createSeededRandom, type Tokenizer } from '@retentive/core';
import {
  createRetentionProjection,
  DEFAULT_RETENTION_WEIGHTS,
  type RetentionWeights,
  type SurprisalSource,
} from '@retentive/memory';
import { evidenceText, foldText } from '@retentive/memory/evaluation';
import { analyze } from '../controls/analyze.ts';
import { shuffledPlaces } from '../controls/rankings.ts';
import { renderSpans, shortenToFit } from '../internals.ts';
import { readLearnedWeights } from './learned-weights.ts';
import type { RetainedTurn } from './retained-turns.ts';
import { scorePieces, scoreTurns, surprisalMeans } from './tasks/score-turns.ts';

/** What of a conversation is still held: whole turns by their place, or single words of each place. */
export interface Held {
  readonly turns: ReadonlySet<number>;
  /** What is held of each turn, where it may be less than all of it. */
  readonly texts?: ReadonlyMap<number, string> | undefined;
  /** Terms held of a turn, where not all of it is held. */
  readonly terms?: ReadonlyMap<number, ReadonlySet<string>> | undefined;
}

/** What a policy may know: the turns, and for the oracle how many questions need each. */
export interface PolicyInput {
  readonly turns: readonly RetainedTurn[];
  readonly needed: readonly number[];
  /** Most tokens held. */
  readonly capacity: number;
}

/** A way to choose what to hold before any question is known. */
export interface Policy {
  readonly name: string;
  hold(input: PolicyInput): Held;
}

/** Turns from the best score down, equal ones newest first, up to the first that does not fit. */
export const fillByScore = (
  turns: readonly RetainedTurn[],
  scores: readonly number[],
  capacity: number,
): Held => {
  const held = new Set<number>();
  let left = capacity;
  const ranking = [...turns.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || b - a);
  for (const place of ranking) {
    left -= turns[place]?.tokens ?? 0;
    if (left < 0) break;
    held.add(place);
  }
  return { turns: held };
};

const byScore = (name: string, scoresOf: (input: PolicyInput) => readonly number[]): Policy => ({
  name,
  hold: (input) => fillByScore(input.turns, scoresOf(input), input.capacity),
});

/** How a row differs from what `openMemory` does. */
interface RetentiveVariant {
  readonly name?: string;
  readonly weights?: RetentionWeights;
  /** What leaves leaves its best spans; default false. */
  readonly spans?: boolean;
}

/**
 * The memory's own retention, fed turn by turn. A turn is held while all that counts as evidence of it is: what was said, or the
 * caption of a picture alone.
 */
const createRetentivePolicy = (
  surprisal: SurprisalSource,
  tokenizer: Tokenizer,
  { name = 'retentive', weights = DEFAULT_RETENTION_WEIGHTS, spans = false }: RetentiveVariant = {},
): Policy => ({
  name,
  hold({ turns, capacity }) {
    const countExcerpt = spans ? (text: string) => tokenizer.count(text) : undefined;
    const projection = createRetentionProjection({ surprisal, weights, capacity, countExcerpt });
    for (const { chunks } of turns) projection.onChunks(chunks, []);
    const texts = turns.map(({ chunks }) =>
      chunks
        .map(({ position, text }) =>
          projection.isArchived(position) ? (projection.excerptAt(position)?.chunk.text ?? '') : text,
        )
        .join(''),
    );
    return {
      turns: new Set(
        turns.flatMap(({ turn }, place) =>
          foldText(texts[place] ?? '').includes(evidenceText(turn)) ? [place] : [],
        ),
      ),
      texts: new Map(texts.map((text, place) => [place, text])),
      terms: new Map(texts.map((text, place) => [place, new Set(analyze(text))])),
    };
  },
});

/** What says that a turn is needed apart from how long and how surprising it is: its words stand for those. */
const SPAN_WEIGHTS: RetentionWeights = { ...DEFAULT_RETENTION_WEIGHTS, surprisal: 0, length: 0 };

/** Spans of turns rather than whole turns, all shortened at one price: text that can be read. */
const createSpanPolicy = (surprisal: SurprisalSource, tokenizer: Tokenizer): Policy => ({
  name: 'spans-at-one-price',
  hold({ turns, capacity }) {
    const scores = scoreTurns(turns, surprisal, SPAN_WEIGHTS);
    const pieces = scorePieces(turns, surprisal);
    const sources = turns.map(({ words, tokens }, place) => ({
      text: words,
      pieces: pieces[place] ?? [],
      tokens,
      weight: scores[place]?.needed ?? 0,
    }));
    const kept = shortenToFit(sources, capacity, (text) => tokenizer.count(text));
    const texts = turns.map(({ words }, place) => renderSpans(words, kept[place] ?? []));
    return {
      turns: new Set([...turns.keys()].filter((place) => texts[place] === turns[place]?.words)),
      terms: new Map(texts.map((text, place) => [place, new Set(analyze(text))])),
    };
  },
});

/** Single words with the highest idf in the conversation: no text that could be read, but a bar for answer words. */
const createWordPolicy = (tokenizer: Tokenizer): Policy => ({
  name: 'idf-words',
  hold({ turns, capacity }) {
    const terms = turns.map(({ words }) => analyze(words));
    const holders = new Map<string, number>();
    for (const all of terms) {
      for (const term of new Set(all)) holders.set(term, (holders.get(term) ?? 0) + 1);
    }
    const words = terms.flatMap((all, place) => [...new Set(all)].map((term) => ({ term, place })));
    words.sort((a, b) => (holders.get(a.term) ?? 0) - (holders.get(b.term) ?? 0) || b.place - a.place);
    const held = new Map<number, Set<string>>();
    let left = capacity;
    for (const { term, place } of words) {
      left -= tokenizer.count(` ${term}`);
      if (left < 0) break;
      const known = held.get(place);
      if (known === undefined) held.set(place, new Set([term]));
      else known.add(term);
    }
    return { turns: new Set(), terms: held };
  },
});

/** Every policy of `bench retention`: the memory's own, the same without surprisal, and the controls. */
export const createPolicies = (
  surprisal: SurprisalSource,
  tokenizer: Tokenizer,
  seed: number,
): readonly Policy[] => [
  createRetentivePolicy(surprisal, tokenizer),
  createRetentivePolicy(surprisal, tokenizer, {
    name: 'retentive:no-surprisal',
    weights: { ...DEFAULT_RETENTION_WEIGHTS, surprisal: 0 },
  }),
  createRetentivePolicy(surprisal, tokenizer, {
    name: 'retentive:novelty',
    weights: { ...DEFAULT_RETENTION_WEIGHTS, novelty: 0.5 },
  }),
  createRetentivePolicy(surprisal, tokenizer, {
    name: 'retentive:learned',
    weights: readLearnedWeights(),
  }),
  createRetentivePolicy(surprisal, tokenizer, { name: 'retentive:spans', spans: true }),
  createSpanPolicy(surprisal, tokenizer),
  byScore('recent', ({ turns }) => turns.map((_, place) => place)),
  byScore('random', ({ turns }) => shuffledPlaces(turns.length, createSeededRandom(seed))),
  byScore('shortest', ({ turns }) => turns.map(({ tokens }) => -tokens)),
  byScore('longest', ({ turns }) => turns.map(({ tokens }) => tokens)),
  byScore('surprisal-mean', ({ turns }) => surprisalMeans(turns, surprisal)),
  createWordPolicy(tokenizer),
  byScore('oracle', ({ turns, needed }) =>
    turns.map(({ tokens }, place) => (needed[place] ?? 0) / Math.max(1, tokens)),
  ),
];
