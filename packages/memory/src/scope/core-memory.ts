import {
  assertNever,
  type BlockChange,
  type CallOptions,
  type CoreBlock,
  type IdSource,
  type Operation,
  type OperationId,
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
  { signal, undoes }: CallOptions & { readonly undoes?: OperationId | undefined },
): Promise<CoreBlock> => {
  const before = core.block(label);
  const lines = changeLines(before?.lines ?? [], change);
  if (lines === undefined) {
    throw new RetentiveError('OPTION_INVALID', `block "${label}" has no such line; a line is named in full`);
  }
  // A line that stands there already changes nothing.
  if (before !== undefined && lines === before.lines) return before;
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
    because: undoes === undefined ? 'asked for by the caller' : 'undone by the caller',
    sources: [],
    ...(undoes === undefined ? {} : { undoes }),
  } as const;
  await parts.journal.append({ scope: parts.key, entries: [{ kind: 'operation', operation }] }, { signal });
  const after = core.block(label);
  if (after === undefined) throw new RetentiveError('INTERNAL', `block "${label}" was not changed`);
  return after;
};

/** What takes a change of lines back. */
export const inverseChange = (change: BlockChange): BlockChange => {
  switch (change.type) {
    case 'append':
      return { type: 'remove', line: change.line };
    case 'remove':
      return { type: 'append', line: change.line };
    case 'replace':
      return { type: 'replace', line: change.by, by: change.line };
    default:
      return assertNever(change);
  }
};

/**
 * Takes a change of a block back; a line that was removed comes back last. Runs alone in its scope.
 * @throws OPTION_INVALID when the line was changed since, BUDGET_EXCEEDED when the block has no room for it
 */
export const undoBlockChange = (
  parts: CoreMemoryParts,
  state: ScopeState,
  { id, target }: Operation,
  signal: AbortSignal | undefined,
): Promise<CoreBlock> => {
  if (target.store !== 'core')
    throw new RetentiveError('INTERNAL', `operation "${id}" is not on core memory`);
  return write(parts, state, target.label, inverseChange(target.change), { signal, undoes: id });
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
    return state.exclusively(() => write(parts, state, label, change, { signal }));
  },
});
