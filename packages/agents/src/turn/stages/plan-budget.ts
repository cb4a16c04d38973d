import { RetentiveError, throwIfAborted } from '@retentive/core';
import { contextMessage, inputMessage } from '../prompt-messages.ts';
import { countMessage, countMessages, countTools } from '../prompt-tokens.ts';
import type { BudgetPlan, Turn } from '../turn.ts';

/** Tokens that a longer fence around recalled text may take. */
const FENCE_SLACK = 8;

/**
 * Counts what cannot be cut (instructions, tools, input) and shares out the rest: context first, history up to its own
 * limit, what is left for tool results. @throws BUDGET_EXCEEDED, ABORTED
 */
export const planBudget = async (turn: Turn): Promise<BudgetPlan> => {
  throwIfAborted(turn.signal, 'the turn');
  const tokenizer = await turn.openTokenizer();
  const tools = turn.tools.map(({ name, description, parameters }) => ({ name, description, parameters }));
  const fixed =
    countMessages(tokenizer, [{ role: 'system', content: turn.instructions }, inputMessage(turn)]) +
    countTools(tokenizer, tools);
  if (fixed > turn.limits.tokens) {
    throw new RetentiveError(
      'BUDGET_EXCEEDED',
      `instructions, tools and the input take ${fixed} tokens, the turn's budget is ${turn.limits.tokens}`,
      { details: { tokens: fixed, budget: turn.limits.tokens } },
    );
  }
  const block = countMessage(tokenizer, contextMessage('', turn.now)) + FENCE_SLACK;
  const room = turn.limits.tokens - fixed - block - turn.limits.context.tokens;
  return { tokenizer, tools, fixed, block, history: Math.max(0, Math.min(turn.limits.history, room)) };
};
