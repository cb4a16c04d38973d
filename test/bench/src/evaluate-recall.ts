import type { Clock, Tokenizer } from '@retentive/core';
import type { BenchConversation, BenchQuestion, BenchTurn } from './bench-data.ts';
import { unlabelledItems } from './labels.ts';
import { evidenceText, foldText, type Score, scoreContext, zeroScore } from './metrics.ts';
import type { Recalled, Selector } from './selector.ts';

/** One question at one budget. `budget` is undefined for a selector without one. */
export interface Outcome extends Score {
  readonly selector: string;
  readonly budget: number | undefined;
  readonly question: BenchQuestion;
  readonly tokens: number;
  readonly ms: number;
  /** More tokens than the budget: scores 0. */
  readonly overBudget: boolean;
  /** Items shown without speaker or date: any scores 0. */
  readonly unlabelled: number;
  readonly recalled: Recalled;
}

/** A question with the turns that hold its answer. */
export interface MeasuredQuestion {
  readonly question: BenchQuestion;
  readonly evidence: readonly BenchTurn[];
}

/** Questions of a conversation with those of their evidence turns that exist and have words. */
export const matchEvidence = (
  conversation: BenchConversation,
  questions: readonly BenchQuestion[],
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

/** Questions that recall can be measured on: answerable, with evidence among the turns of their conversation. */
export const measuredQuestions = (
  conversation: BenchConversation,
  questions: readonly BenchQuestion[],
): readonly MeasuredQuestion[] =>
  matchEvidence(conversation, questions).filter(
    ({ question, evidence }) => question.answerable && evidence.length > 0,
  );

/** At most `limit` values at even distances, so that a short run touches the whole list. */
export const spreadOver = <Value>(values: readonly Value[], limit: number): readonly Value[] => {
  if (values.length <= limit) return values;
  const step = values.length / limit;
  return Array.from({ length: limit }, (_, index) => values[Math.floor(index * step)] as Value);
};

/** What is run on one conversation. */
export interface RecallTask {
  readonly conversation: BenchConversation;
  readonly questions: readonly MeasuredQuestion[];
  readonly budgets: readonly number[];
  readonly tokenizer: Tokenizer;
  readonly clock: Clock;
}

/** Asks `selector` every question at every budget and scores what it gives. */
export async function* evaluateRecall(
  selector: Selector,
  { conversation, questions, budgets, tokenizer, clock }: RecallTask,
): AsyncGenerator<Outcome, void, undefined> {
  const examine = rememberLast((recalled: Recalled) => ({
    folded: foldText(recalled.text),
    tokens: tokenizer.count(recalled.text),
    unlabelled: unlabelledItems(recalled.text, recalled.items).length,
  }));
  const open = await selector.open(conversation);
  try {
    for (const { question, evidence } of questions) {
      for (const budget of selector.unbounded ? [undefined] : budgets) {
        const start = clock.elapsed();
        const recalled = await open.recall(question, budget ?? Number.POSITIVE_INFINITY);
        const ms = clock.elapsed() - start;
        const { folded, tokens, unlabelled } = examine(recalled);
        const score = scoreContext(folded, question, evidence, tokenizer);
        const overBudget = budget !== undefined && tokens > budget;
        yield {
          selector: selector.name,
          budget,
          question,
          tokens,
          ms,
          overBudget,
          unlabelled,
          recalled,
          ...(overBudget || unlabelled > 0 ? zeroScore(score) : score),
        };
      }
    }
  } finally {
    await open.close();
  }
}

/** A selector without a budget gives the same long text each time: it is examined once. */
const rememberLast = <Input, Output>(compute: (input: Input) => Output): ((input: Input) => Output) => {
  let last: { readonly input: Input; readonly output: Output } | undefined;
  return (input) => {
    if (last === undefined || last.input !== input) last = { input, output: compute(input) };
    return last.output;
  };
};
