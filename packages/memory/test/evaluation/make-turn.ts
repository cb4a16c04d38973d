import type { Tokenizer } from '@retentive/core';
import type { EvaluationQuestion, EvaluationTurn } from '@retentive/memory/evaluation';

/** A turn of 2024-05-08 by Ana, unless said otherwise. */
export const makeTurn = (turn: Partial<EvaluationTurn> & { readonly id: string }): EvaluationTurn => ({
  thread: 't',
  session: 's1',
  role: 'user',
  speaker: 'Ana',
  text: '',
  time: Date.UTC(2024, 4, 8, 12),
  ...turn,
});

/** An answerable question about conversation `c`. */
export const makeQuestion = (question: Partial<EvaluationQuestion> = {}): EvaluationQuestion => ({
  id: 'q1',
  conversationId: 'c',
  question: 'Where does Ana live?',
  answers: ['Lisbon'],
  category: 'single',
  evidence: ['t1'],
  answerable: true,
  ...question,
});

/** One token a word: what a test can count by hand. */
export const wordTokenizer: Tokenizer = {
  id: 'words',
  exact: true,
  count: (text) => text.split(/\s+/u).filter((word) => word.length > 0).length,
};
