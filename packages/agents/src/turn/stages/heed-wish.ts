import type { MessageId } from '@retentive/core';
import type { AgentPart } from '../../agent-types.ts';
import type { Turn } from '../turn.ts';

/** The newest user message of the thread and what was answered to it. */
const lastTurn = async ({ scope, thread, signal }: Turn): Promise<readonly MessageId[]> => {
  const messages = await scope.messages({ thread, signal });
  const at = messages.findLastIndex(({ role, state }) => role === 'user' && state !== 'open');
  return at < 0
    ? []
    : messages
        .slice(at)
        .filter(({ state }) => state !== 'open')
        .map(({ id }) => id);
};

/**
 * Does what the input asks about being remembered, and says so: `last` takes the message before it out for good, with the
 * answer. That the turn itself is not stored was settled when it began. Gives nothing where there is no wish.
 */
export async function* heedWish(turn: Turn): AsyncGenerator<AgentPart, void, undefined> {
  const { wish, scope, signal } = turn;
  if (wish === undefined) return;
  const forgotten = wish === 'last' ? await lastTurn(turn) : [];
  for (const id of forgotten) await scope.forget(id, { signal });
  yield { type: 'off-record', wish, forgotten };
}
