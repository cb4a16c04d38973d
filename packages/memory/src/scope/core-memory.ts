import {
  assertNever,
  type BlockChange,
  type CoreBlock,
  type CoreVersion,
  canRead,
  type FactId,
  type IdSource,
  type Operation,
  type OperationId,
  parseLabel,
  parseTime,
  RetentiveError,
  type Scope,
  type Tokenizer,
  throwIfAborted,
} from '@retentive/core';
import { changeLines, PROFILE_BLOCK } from '../core-blocks/core-blocks.ts';
import type { CoreGrounds, CoreMemory, CoreReadOptions } from '../core-memory-types.ts';
import type { Journal, ScopeKey } from '../journal/journal.ts';
import { checkEvidence, parseReason, requireBelieved } from './check-change.ts';
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
  readonly scope: Scope;
  readonly key: ScopeKey;
  readonly load: () => Promise<ScopeState>;
  readonly journal: Journal;
  readonly ids: IdSource;
  readonly tokenizer: () => Promise<Tokenizer>;
}

/** What a change of core memory rests on, checked against what the scope holds. */
interface CheckedGrounds {
  readonly because: string;
  readonly sources: Operation['sources'];
  readonly premises: readonly FactId[];
  readonly undoes?: OperationId | undefined;
}

const checkGrounds = (
  { because, sources, premises = [] }: CoreGrounds,
  scope: Scope,
  state: ScopeState,
): CheckedGrounds => {
  if (!Array.isArray(premises)) {
    throw new RetentiveError('OPTION_INVALID', `premises is a list of fact ids, got ${typeof premises}`);
  }
  return {
    because: parseReason(because, 'OPTION_INVALID'),
    sources: checkEvidence(sources, scope, state),
    premises: premises.map((id) => requireBelieved(state.semantic, id, scope).id),
  };
};

/** Checks a change against the block as it stands, and journals it. Runs alone in its scope. */
const write = async (
  parts: CoreMemoryParts,
  { core }: ScopeState,
  label: string,
  change: BlockChange,
  { because, sources, premises, undoes }: CheckedGrounds,
  signal: AbortSignal | undefined,
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
    ...(parts.scope.agent === undefined ? {} : { agent: parts.scope.agent }),
    target: { store: 'core', label, change, ...(premises.length === 0 ? {} : { premises }) },
    because,
    sources,
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
  const grounds = { because: 'undone by the caller', sources: [], premises: [], undoes: id };
  return write(parts, state, target.label, inverseChange(target.change), grounds, signal);
};

/** The moment whose blocks are read: now, unless one of the two times is given. @throws OPTION_INVALID */
const momentOf = ({ asOf, knownAt }: Pick<CoreReadOptions, 'asOf' | 'knownAt'>): number =>
  Math.min(
    asOf === undefined ? Number.POSITIVE_INFINITY : parseTime('asOf', asOf, 'OPTION_INVALID'),
    knownAt === undefined ? Number.POSITIVE_INFINITY : parseTime('knownAt', knownAt, 'OPTION_INVALID'),
  );

/** Makes the core memory of a scope. */
export const createCoreMemory = (parts: CoreMemoryParts): CoreMemory => ({
  async blocks({ signal, ...times } = {}) {
    const at = momentOf(times);
    throwIfAborted(signal, 'core.blocks');
    return (await parts.load()).core.blocks(at);
  },
  async versions({ label, signal, ...times } = {}) {
    const at = momentOf(times);
    throwIfAborted(signal, 'core.versions');
    const state = await parts.load();
    const isReadable = (source: CoreVersion['sources'][number]['source']): boolean =>
      canRead(parts.scope, state.episodic.source(source)?.header.agent);
    return state.core.versions(label, at).map((version) => ({
      ...version,
      // Core memory is the user's, over all agents; what was said to one of them is not.
      sources: version.sources.map(({ quote, ...evidence }) =>
        quote !== undefined && isReadable(evidence.source) ? { ...evidence, quote } : evidence,
      ),
    }));
  },
  async change(change, { label: named = PROFILE_BLOCK.label, signal, ...grounds } = {}) {
    const label = parseLabel('label', named);
    parseChange(change);
    throwIfAborted(signal, 'core.change');
    const state = await parts.load();
    return state.exclusively(async () =>
      write(parts, state, label, change, checkGrounds(grounds, parts.scope, state), signal),
    );
  },
});
