import { createSeededRandom, type Tokenizer } from '@retentive/core';
import type { BenchConversation, BenchQuestion } from '../bench-data.ts';
import type { Selector } from '../selector.ts';
import { analyze } from './analyze.ts';
import { createBm25 } from './bm25.ts';
import {
  indexTurns,
  neighbourTerms,
  rankByMarginalRelevance,
  rankByScore,
  shuffledPlaces,
} from './rankings.ts';
import { fillBudget, layOut, type TurnLine, turnLines } from './turn-lines.ts';

type Ranking = (question: BenchQuestion) => Iterable<number>;

/** A control that ranks turns, then fills the budget. `prepare` reads a conversation once. */
const createRankingControl = (
  name: string,
  tokenizer: Tokenizer,
  prepare: (conversation: BenchConversation, lines: readonly TurnLine[]) => Ranking,
): Selector => ({
  name,
  async open(conversation) {
    const lines = turnLines(conversation, tokenizer);
    const rank = prepare(conversation, lines);
    return {
      recall: async (question, budget) => fillBudget(lines, rank(question), budget),
      close: async () => {},
    };
  },
});

/** The newest turns. */
export const createRecentControl = (tokenizer: Tokenizer): Selector =>
  createRankingControl('recent', tokenizer, ({ turns }) => {
    const newestFirst = [...turns.keys()].reverse();
    return () => newestFirst;
  });

/** Turns by chance: the same for the same seed, conversation and question. */
const createRandomControl = (tokenizer: Tokenizer, seed: number): Selector =>
  createRankingControl('random', tokenizer, ({ turns }) => {
    return ({ id }) => shuffledPlaces(turns.length, createSeededRandom(seed ^ hashText(id)));
  });

/** BM25 over single turns. */
export const createBm25Control = (tokenizer: Tokenizer): Selector =>
  createRankingControl('bm25', tokenizer, ({ turns }) => {
    const { bm25 } = indexTurns(turns);
    return ({ question }) => rankByScore(bm25.score(analyze(question)));
  });

/** BM25 over each turn with the one before and the one after. */
const createNeighboursControl = (tokenizer: Tokenizer): Selector =>
  createRankingControl('bm25-neighbours', tokenizer, ({ turns }) => {
    const bm25 = createBm25(neighbourTerms(turns, indexTurns(turns).terms));
    return ({ question }) => rankByScore(bm25.score(analyze(question)));
  });

/** BM25 per square root of what a turn costs. */
const createCostAwareControl = (tokenizer: Tokenizer): Selector =>
  createRankingControl('bm25-sqrt', tokenizer, ({ turns }, lines) => {
    const { bm25 } = indexTurns(turns);
    return ({ question }) =>
      rankByScore(
        bm25.score(analyze(question)).map((score, place) => score / Math.sqrt(lines[place]?.tokens ?? 1)),
      );
  });

/** BM25, with what is like the turns already taken put off. */
const createMarginalRelevanceControl = (tokenizer: Tokenizer): Selector =>
  createRankingControl('mmr', tokenizer, ({ turns }) => {
    const { bm25, terms } = indexTurns(turns);
    return ({ question }) => rankByMarginalRelevance(bm25.score(analyze(question)), terms, bm25.idf);
  });

/** The whole conversation, whatever it costs: what recall would be with an endless window. */
const createFullContextControl = (tokenizer: Tokenizer): Selector => ({
  name: 'full-context',
  unbounded: true,
  async open(conversation) {
    const whole = layOut(turnLines(conversation, tokenizer));
    return { recall: async () => whole, close: async () => {} };
  },
});

/** Every control of `bench recall`, from the most trivial to the strongest. */
export const createControls = (tokenizer: Tokenizer, seed: number): readonly Selector[] => [
  createRecentControl(tokenizer),
  createRandomControl(tokenizer, seed),
  createBm25Control(tokenizer),
  createNeighboursControl(tokenizer),
  createCostAwareControl(tokenizer),
  createMarginalRelevanceControl(tokenizer),
  createFullContextControl(tokenizer),
];

/** FNV-1a, 32 bits. */
const hashText = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
};
