import { type MessageId, RetentiveError, throwIfAborted } from '@retentive/core';
import type { Journal, ScopeKey } from '../journal/journal.ts';
import type { ScopedMemory } from '../memory-types.ts';
import type { ScopeState } from './scope-state.ts';

/** Makes the part of a scope that says what stays in the working set. */
export const createRetentionMemory = (parts: {
  readonly key: ScopeKey;
  readonly journal: Journal;
  readonly load: () => Promise<ScopeState>;
}): Pick<ScopedMemory, 'pin' | 'retention'> => ({
  async pin(id: MessageId, pinned, { signal } = {}) {
    if (typeof pinned !== 'boolean') {
      throw new RetentiveError('OPTION_INVALID', `pinned is true or false, got ${typeof pinned}`);
    }
    throwIfAborted(signal, 'pin');
    const { episodic } = await parts.load();
    if (episodic.source(id) === undefined) {
      throw new RetentiveError('MESSAGE_NOT_FOUND', `no message or document "${id}" in this scope`);
    }
    await parts.journal.append({ scope: parts.key, entries: [{ kind: 'pin', id, pinned }] }, { signal });
  },
  async retention({ capacity, signal } = {}) {
    if (capacity !== undefined && (!Number.isInteger(capacity) || capacity < 1)) {
      throw new RetentiveError(
        'OPTION_INVALID',
        `capacity must be a whole number of tokens from 1, got ${capacity}`,
      );
    }
    throwIfAborted(signal, 'retention');
    return (await parts.load()).retention.report({ capacity });
  },
});
