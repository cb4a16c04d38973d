import type { EvaluationQuestion, EvidenceSpan } from '../data/evaluation-set.ts';

/** A question before it has an id. */
export type DraftQuestion = Pick<EvaluationQuestion, 'question' | 'answers' | 'category' | 'answerable'> & {
  readonly spans: readonly EvidenceSpan[];
};
