import { type Clock, collect, type Tokenizer } from '@retentive/core';
import {
  type BenchConversation,
  createBm25Control,
  createRecentControl,
  evaluateRecall,
  type MeasuredQuestion,
  type OpenSelector,
  type Outcome,
  type Selector,
} from '@retentive/test/bench';

const BUDGETS = [256, 512, 1024];

/** What the comparison is run on. `open` asks the memory that has the conversation already. */
export interface Comparison {
  readonly conversation: BenchConversation;
  readonly questions: readonly MeasuredQuestion[];
  readonly tokenizer: Tokenizer;
  readonly clock: Clock;
  readonly open: OpenSelector;
}

/** Recall of the memory at 256, 512 and 1,024 tokens beside the newest messages and BM25, all laid out under the same rules. */
export const compareRecall = async ({
  conversation,
  questions,
  tokenizer,
  clock,
  open,
}: Comparison): Promise<readonly Outcome[]> => {
  const selectors: readonly Selector[] = [
    { name: 'retentive', open: async () => open },
    createBm25Control(tokenizer),
    createRecentControl(tokenizer),
  ];
  const outcomes: Outcome[] = [];
  for (const selector of selectors) {
    const task = { conversation, questions, budgets: BUDGETS, tokenizer, clock };
    outcomes.push(...(await collect(evaluateRecall(selector, task))));
  }
  return outcomes;
};
