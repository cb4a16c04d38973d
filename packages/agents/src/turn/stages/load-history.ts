import type { Message, MessageId } from '@retentive/core';
import { cutHistory } from '../cut-history.ts';
import { gapMessage, historyMessages } from '../prompt-messages.ts';
import { countMessages } from '../prompt-tokens.ts';
import type { BudgetPlan, History, Turn } from '../turn.ts';

/** Tokens kept back for the line that marks a cut. */
const GAP_TOKENS = 16;

const isSpoken = (message: Message): boolean =>
  message.state !== 'open' && message.role !== 'system' && message.text.trim().length > 0;

/** Tool results stay with the message before them. */
const intoUnits = (messages: readonly Message[]): readonly (readonly Message[])[] => {
  const units: Message[][] = [];
  for (const message of messages) {
    const last = units.at(-1);
    if (message.role === 'tool' && last !== undefined && last[0]?.role !== 'user') last.push(message);
    else units.push([message]);
  }
  return units;
};

/**
 * The newest messages of the thread word for word, within the plan's tokens. Where it is cut, a line says how many
 * messages are missing. Messages still being streamed by other turns are left out. @throws ABORTED
 */
export const loadHistory = async (
  turn: Turn,
  plan: BudgetPlan,
  input: MessageId | undefined,
): Promise<History> => {
  const limit = plan.history - GAP_TOKENS;
  if (limit <= 0) return { messages: [], ids: [], tokens: 0 };
  const stored = await turn.scope.messages({ thread: turn.thread, signal: turn.signal });
  const end = stored.findIndex((message) => message.id === input);
  const spoken = stored.slice(0, end < 0 ? undefined : end).filter(isSpoken);
  const units = intoUnits(spoken).map((messages) => {
    const prompt = historyMessages(messages);
    return {
      messages,
      prompt,
      tokens: countMessages(plan.tokenizer, prompt),
      user: messages[0]?.role === 'user',
    };
  });
  const start = cutHistory(units, limit);
  const kept = units.slice(start);
  const omitted = units.slice(0, start).reduce((count, unit) => count + unit.messages.length, 0);
  const gap = omitted === 0 ? [] : [gapMessage(omitted)];
  const messages = [...gap, ...kept.flatMap((unit) => unit.prompt)];
  return {
    messages,
    ids: kept.flatMap((unit) => unit.messages.map((message) => message.id)),
    tokens: countMessages(plan.tokenizer, messages),
  };
};
