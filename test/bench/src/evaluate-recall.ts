import type { Clock, Tokenizer } from '@retentive/core';
import {
  foldText,
  type MeasuredQuestion,
  type Score,
  scoreContext,
  zeroScore,
} from '@retentive/memory/evaluation';
import type { BenchConversation, BenchQuestion } from './bench-data.ts';
import { unlabelledItems } from './labels.ts';
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
