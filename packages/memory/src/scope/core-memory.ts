import {
  type BlockChange,
  type CoreBlock,
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
  if (typeof line === 'string' && line.trim() !== '' && !/\p{Cc}/u.test(line) && line.isWellFormed()) return;
  throw new RetentiveError(
    'OPTION_INVALID',
    'a line of core memory is well-formed text without line breaks or control characters, and not empty',
  );
};

const parseChange = (change: BlockChange): void => {
  const type: unknown = change?.type;
  if (type !== 'append' && type !== 'replace' && type !== 'remove') {
    throw new RetentiveError(
      'OPTION_INVALID',
      `a change is of type append, replace or remove, got ${String(type)}`,
    );
  }
  parseLine(change.line);
  if (change.type === 'replace') parseLine(change.by);
};

const describe = (change: BlockChange): 'add' | 'update' | 'retract' =>
  change.type === 'append' ? 'add' : change.type === 'replace' ? 'update' : 'retract';

/** What core memory works with. */
export interface CoreMemoryParts {
  readonly key: ScopeKey;
  readonly load: () => Promise<ScopeState>;
  readonly journal: Journal;
  readonly ids: IdSource;
  readonly tokenizer: () => Promise<Tokenizer>;
}

/** Checks a change against the block as it stands, and journals it. Runs alone in its scope. */
const write = async (
  parts: CoreMemoryParts,
  { core }: ScopeState,
  label: string,
  change: BlockChange,
  signal: AbortSignal | undefined,
): Promise<CoreBlock> => {
  const before = core.block(label);
  const lines = changeLines(before?.lines ?? [], change);
  if (lines === undefined) {
    throw new RetentiveError('OPTION_INVALID', `block "${label}" has no such line; a line is named in full`);
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
};

/** Makes the core memory of a scope. */
export const createCoreMemory = (parts: CoreMemoryParts): CoreMemory => ({
  async blocks({ signal } = {}) {
    throwIfAborted(signal, 'core.blocks');
    return (await parts.load()).core.blocks();
  },
  async change(change, { label: named = PROFILE_BLOCK.label, signal } = {}) {
    const label = parseLabel('label', named);
    parseChange(change);
    throwIfAborted(signal, 'core.change');
    const state = await parts.load();
    return state.exclusively(() => write(parts, state, label, change, signal));
  },
});
