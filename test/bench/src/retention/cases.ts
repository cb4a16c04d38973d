import { systemClock, type Tokenizer } from '@retentive/core';
import type { MeasuredQuestion } from '@retentive/memory/evaluation';
import type { BenchConversation, BenchTurn } from '../bench-data.ts';
import { evaluateRecall } from '../evaluate-recall.ts';
import { createRetentiveSelector, type RetentiveVariant } from '../retentive-selector.ts';
import type { Held } from './policies.ts';
import { cutTurns, type RetainedTurn } from './retained-turns.ts';

/** Budget of the recall under a capacity. */
const RECALL_TOKENS = 1_024;

/** A conversation ready to be measured. */
export interface Case {
  readonly conversation: BenchConversation;
  readonly questions: readonly MeasuredQuestion[];
  readonly turns: readonly RetainedTurn[];
  /** Place of each turn by id. */
  readonly places: ReadonlyMap<string, number>;
  /** How many questions need the turn at each place. */
  readonly needed: readonly number[];
}

/** Cuts the turns of a conversation and counts how often each is needed. */
export const prepareCase = (
  conversation: BenchConversation,
  questions: readonly MeasuredQuestion[],
  tokenizer: Tokenizer,
): Case => {
  const turns = cutTurns(conversation, tokenizer);
  const places = new Map(turns.map(({ turn }, place) => [turn.id, place]));
  const needed = turns.map(() => 0);
  for (const { evidence } of questions) {
    for (const { id } of evidence) {
      const place = places.get(id);
      if (place !== undefined) needed[place] = (needed[place] ?? 0) + 1;
    }
  }
  return { conversation, questions, turns, places, needed };
};

/** Recall of each question by a memory that was told only what is held. */
export const askHeld = async (
  { conversation, questions, turns }: Case,
  held: Held,
  tokenizer: Tokenizer,
  seed: number,
): Promise<readonly number[]> => {
  const remembered = {
    ...conversation,
    turns: turns.flatMap(({ turn, words }, place): BenchTurn[] => {
      const text = held.texts?.get(place) ?? (held.turns.has(place) ? words : '');
      if (text === words) return [turn];
      return text === '' ? [] : [{ ...turn, text, caption: undefined }];
    }),
  };
  return askMemory({ conversation: remembered, questions }, {}, tokenizer, seed);
};

/** Recall of each question by a memory with such options that was told everything. */
export const askMemory = async (
  { conversation, questions }: Pick<Case, 'conversation' | 'questions'>,
  variant: RetentiveVariant,
  tokenizer: Tokenizer,
  seed: number,
): Promise<readonly number[]> => {
  const task = { conversation, questions, budgets: [RECALL_TOKENS], tokenizer, clock: systemClock };
  const recalls: number[] = [];
  for await (const { recall } of evaluateRecall(createRetentiveSelector('memory', seed, variant), task)) {
    recalls.push(recall);
  }
  return recalls;
};
