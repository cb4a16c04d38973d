import type { Context, MessageId } from '@retentive/core';
import type { BudgetPlan, History, Turn } from '../turn.ts';

/** As much of a long input as says what it is about, in UTF-16 units. */
const QUERY_CHARACTERS = 8_192;

/**
 * The best memory for the input within what the budget leaves. What stands in the live history, and the input itself,
 * is not recalled again. @throws ABORTED, QUERY_INVALID, and what the store throws
 */
export const recallContext = async (
  turn: Turn,
  plan: BudgetPlan,
  history: History,
  input: MessageId | undefined,
): Promise<Context> => {
  const room = turn.limits.tokens - plan.fixed - plan.block - history.tokens;
  return await turn.scope.context(turn.question.slice(0, QUERY_CHARACTERS).toWellFormed(), {
    ...turn.recall,
    budget: { ...turn.limits.context, tokens: Math.max(0, Math.min(turn.limits.context.tokens, room)) },
    exclude: input === undefined ? history.ids : [...history.ids, input],
    now: turn.now,
    examples: turn.limits.examples,
    // A turn that is not to be remembered leaves no trace.
    access: turn.remember,
    sent: turn.remember,
    signal: turn.signal,
  });
};
