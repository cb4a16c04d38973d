import type { EvaluationConversation, EvaluationQuestion, EvaluationTurn } from './data/evaluation-set.ts';
import { evidenceText } from './metrics.ts';

/** A question with the turns that hold its answer. */
export interface MeasuredQuestion {
  readonly question: EvaluationQuestion;
  readonly evidence: readonly EvaluationTurn[];
}

/** Questions of a conversation with those of their evidence turns that exist and have words. */
export const matchEvidence = (
  conversation: EvaluationConversation,
  questions: readonly EvaluationQuestion[],
): readonly MeasuredQuestion[] => {
  const turns = new Map(conversation.turns.map((turn) => [turn.id, turn]));
  return questions
    .filter((question) => question.conversationId === conversation.id)
    .map((question) => ({
      question,
      evidence: question.evidence
        .flatMap((id) => turns.get(id) ?? [])
        .filter((turn) => evidenceText(turn).length > 0),
    }));
};

/** True where recall can be measured: answerable, with evidence among the turns of its conversation. */
export const isMeasured = ({ question, evidence }: MeasuredQuestion): boolean =>
  question.answerable && evidence.length > 0;

/** Questions that recall can be measured on. */
export const measuredQuestions = (
  conversation: EvaluationConversation,
  questions: readonly EvaluationQuestion[],
): readonly MeasuredQuestion[] => matchEvidence(conversation, questions).filter(isMeasured);

/** At most `limit` values at even distances, so that a short run touches the whole list. */
export const spreadOver = <Value>(values: readonly Value[], limit: number): readonly Value[] => {
  if (values.length <= limit) return values;
  const step = values.length / limit;
  return Array.from({ length: limit }, (_, index) => values[Math.floor(index * step)] as Value);
};
