import type { AgentPart } from '../../agent-types.ts';
import type { Turn } from '../turn.ts';

/**
 * Stores the input, durably, before anything is made of it; undefined when the turn is not to be remembered. The same
 * idempotency key again brings back the first message. @throws MESSAGE_INVALID, IDEMPOTENCY_CONFLICT, ABORTED
 */
export const rememberInput = async (
  turn: Turn,
): Promise<Extract<AgentPart, { readonly type: 'memory-write' }> | undefined> => {
  if (!turn.remember) return undefined;
  const receipt = await turn.scope.observe(
    { ...turn.input, role: 'user', thread: turn.thread },
    { signal: turn.signal },
  );
  return {
    type: 'memory-write',
    message: receipt.id,
    role: 'user',
    offset: turn.question.length,
    state: 'complete',
  };
};
