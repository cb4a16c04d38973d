import type { Context, PromptMessage } from '@retentive/core';
import { contextMessage, inputMessage } from '../prompt-messages.ts';
import { countMessages, countTools } from '../prompt-tokens.ts';
import type { BudgetPlan, History, Turn, TurnPrompt } from '../turn.ts';

/**
 * Instructions, history, recalled memory, input: the parts that stay the same from turn to turn come first, and
 * nothing that changes (memory, the date) stands before the history. Recalled text is data with the role of a user,
 * never of the system. Pure.
 */
export const assemblePrompt = (
  turn: Turn,
  plan: BudgetPlan,
  history: History,
  context: Context,
): TurnPrompt => {
  const messages: PromptMessage[] = [{ role: 'system', content: turn.instructions }, ...history.messages];
  if (context.text.length > 0) messages.push(contextMessage(context.text, turn.now));
  messages.push(inputMessage(turn));
  const tokens = countMessages(plan.tokenizer, messages) + countTools(plan.tokenizer, plan.tools);
  return { messages, tools: plan.tools, context, tokens };
};
