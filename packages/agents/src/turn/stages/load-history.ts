import type { Message, MessageId } from '@retentive/core';
import { cutHistory } from '../cut-history.ts';
import { gapMessage, historyMessages } from '../prompt-messages.ts';
import { countMessages } from '../prompt-tokens.ts';
import type { BudgetPlan, History, Turn } from '../turn.ts';

/** Tokens kept back for the line that marks a cut. */
const GAP_TOKENS = 16;

/** Messages read where the last cut is known; a history of more is read from the thread's beginning. */
const RECENT_MESSAGES = 512;

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
 * The messages of the thread from where the last turn's history began, or from its beginning. Cuts depend on the
 * messages alone, so going on from the last cut comes to the same as starting afresh.
 */
const readThread = async (
  { scope, thread, signal, cursors }: Turn,
  key: string,
  limit: number,
): Promise<{ readonly messages: readonly Message[]; readonly omitted: number }> => {
  const cursor = cursors.get(key);
  if (cursor?.limit === limit) {
    const recent = await scope.messages({ thread, limit: RECENT_MESSAGES, signal });
    const at = recent.findIndex(({ id }) => id === cursor.start);
    if (at >= 0) return { messages: recent.slice(at), omitted: cursor.omitted };
  }
  return { messages: await scope.messages({ thread, signal }), omitted: 0 };
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
  const { tenant, user } = turn.scope.scope;
  const key = JSON.stringify([tenant, user, turn.thread]);
  const read = await readThread(turn, key, limit);
  const end = read.messages.findIndex((message) => message.id === input);
  const spoken = read.messages.slice(0, end < 0 ? undefined : end).filter(isSpoken);
  const units = intoUnits(spoken).map((messages) => {
    const prompt = historyMessages(messages);
    return {
      messages,
      prompt,
      tokens: countMessages(plan.tokenizer, prompt),
      user: messages[0]?.role === 'user',
    };
  });
  const cut = cutHistory(units, limit);
  const kept = units.slice(cut);
  const omitted = units.slice(0, cut).reduce((sum, unit) => sum + unit.messages.length, read.omitted);
  const start = kept[0]?.messages[0]?.id;
  if (start !== undefined) turn.cursors.set(key, { start, omitted, limit });
  const gap = omitted === 0 ? [] : [gapMessage(omitted)];
  const messages = [...gap, ...kept.flatMap((unit) => unit.prompt)];
  return {
    messages,
    ids: kept.flatMap((unit) => unit.messages.map((message) => message.id)),
    tokens: countMessages(plan.tokenizer, messages),
  };
};
