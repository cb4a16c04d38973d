import { createSeededRandom, type Tokenizer } from '@retentive/core';
import {
  createRetentionProjection,
  DEFAULT_RETENTION_WEIGHTS,
  type RetentionWeights,
  type SurprisalSource,
} from '@retentive/memory';
import { analyze } from '../controls/analyze.ts';
import { shuffledPlaces } from '../controls/rankings.ts';
import { renderSpans, shortenToFit } from '../internals.ts';
import type { RetainedTurn } from './retained-turns.ts';
import { scorePieces, scoreTurns, surprisalMeans } from './tasks/score-turns.ts';

/** What of a conversation is still held: whole turns by their place, or single words of each place. */
export interface Held {
  readonly turns: ReadonlySet<number>;
  /** Terms held of a turn, where words are kept rather than turns. */
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

/** The memory's own retention, fed turn by turn. A turn is held while all its chunks are. */
const createRetentivePolicy = (
  name: string,
  surprisal: SurprisalSource,
  weights: RetentionWeights,
): Policy => ({
  name,
  hold({ turns, capacity }) {
    const projection = createRetentionProjection({ surprisal, weights, capacity });
    for (const { chunks } of turns) projection.onChunks(chunks, []);
    const isHeld = ({ chunks }: RetainedTurn): boolean =>
      chunks.every(({ position }) => !projection.isArchived(position));
    return { turns: new Set([...turns.keys()].filter((place) => isHeld(turns[place] as RetainedTurn))) };
  },
});

/** The same with excerpts: turns that would leave are cut down to their best spans first. */
const createExcerptPolicy = (surprisal: SurprisalSource, tokenizer: Tokenizer): Policy => ({
  name: 'retentive:excerpts',
  hold({ turns, capacity }) {
    const projection = createRetentionProjection({
      surprisal,
      capacity,
      countExcerpt: (text) => tokenizer.count(text),
    });
    for (const { chunks } of turns) projection.onChunks(chunks, []);
    const whole = new Set<number>();
    const terms = new Map<number, ReadonlySet<string>>();
    for (const [place, { chunks }] of turns.entries()) {
      const texts = chunks.flatMap(({ position, text }) =>
        projection.isArchived(position) ? (projection.excerptAt(position)?.chunk.text ?? []) : [text],
      );
      if (chunks.every(({ position }) => !projection.isArchived(position))) whole.add(place);
      terms.set(place, new Set(analyze(texts.join(' '))));
    }
    return { turns: whole, terms };
  },
});

/** What says that a turn is needed apart from how long and how surprising it is: its words stand for those. */
const SPAN_WEIGHTS: RetentionWeights = { ...DEFAULT_RETENTION_WEIGHTS, surprisal: 0, length: 0 };

/** Spans of turns rather than whole turns, all shortened at one price: text that can be read. */
const createSpanPolicy = (surprisal: SurprisalSource, tokenizer: Tokenizer): Policy => ({
  name: 'retentive:spans',
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
  createRetentivePolicy('retentive', surprisal, DEFAULT_RETENTION_WEIGHTS),
  createRetentivePolicy('retentive:no-surprisal', surprisal, { ...DEFAULT_RETENTION_WEIGHTS, surprisal: 0 }),
  createExcerptPolicy(surprisal, tokenizer),
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
