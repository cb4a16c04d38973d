import {
  type BlockChange,
  type IdSource,
  parseLabel,
  RetentiveError,
  type Tokenizer,
  throwIfAborted,
} from '@retentive/core';
import { changeLines, PROFILE_BLOCK } from '../core-blocks/core-blocks.ts';
import type { Journal, ScopeKey } from '../journal/journal.ts';
import type { CoreMemory } from '../memory-types.ts';
import type { ScopeState } from './scope-state.ts';

const parseLine = (line: unknown): void => {
  if (typeof line === 'string' && line.trim() !== '' && !/[\r\n]/u.test(line)) return;
  throw new RetentiveError(
    'OPTION_INVALID',
    'a line of core memory is text without a line break, and not empty',
  );
};

const describe = (change: BlockChange): 'add' | 'update' | 'retract' =>
  change.type === 'append' ? 'add' : change.type === 'replace' ? 'update' : 'retract';

/** Makes the core memory of a scope. */
export const createCoreMemory = (parts: {
  readonly key: ScopeKey;
  readonly load: () => Promise<ScopeState>;
  readonly journal: Journal;
  readonly ids: IdSource;
  readonly tokenizer: () => Promise<Tokenizer>;
}): CoreMemory => ({
  async blocks({ signal } = {}) {
    throwIfAborted(signal, 'core.blocks');
    return (await parts.load()).core.blocks();
  },
  async change(change, { label: named = PROFILE_BLOCK.label, signal } = {}) {
    const label = parseLabel('label', named);
    parseLine(change.line);
    if (change.type === 'replace') parseLine(change.by);
    throwIfAborted(signal, 'core.change');
    const { core } = await parts.load();
    const before = core.block(label);
    const lines = changeLines(before?.lines ?? [], change);
    if (lines === undefined) {
      throw new RetentiveError(
        'OPTION_INVALID',
        `block "${label}" has no such line; a line is named in full`,
      );
    }
    const limit = before?.limit ?? PROFILE_BLOCK.limit;
    const tokens = (await parts.tokenizer()).count(lines.join('\n'));
    if (tokens > limit && change.type !== 'remove') {
      throw new RetentiveError(
        'BUDGET_EXCEEDED',
        `block "${label}" would have ${tokens} tokens, its limit is ${limit}; shorten or remove a line first`,
        {
          details: { label, tokens, limit },
        },
      );
    }
    const operation = {
      id: parts.ids.create('operation'),
      kind: describe(change),
      target: { store: 'core', label, change },
      because: 'asked for by the caller',
      sources: [],
    } as const;
    await parts.journal.append({ scope: parts.key, entries: [{ kind: 'operation', operation }] }, { signal });
    const after = core.block(label);
    if (after === undefined) throw new RetentiveError('INTERNAL', `block "${label}" was not changed`);
    return after;
  },
});
