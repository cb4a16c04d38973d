import { type CallOptions, isRetentiveError } from '@retentive/core';
import type { Journal, JournalEntry, ScopeKey, SourceId } from '../journal/journal.ts';
import type { AccessLog } from './access-log.ts';
import { NAMING_KINDS, withoutNames } from './forget-names.ts';
import type { ForgetPlan } from './forget-plan.ts';
import { markErasure } from './scope-files.ts';
import type { ScopeState } from './scope-state.ts';
import type { VectorRegistry } from './vector-registry.ts';

/** What taking out works with. */
export interface TakeOutParts {
  readonly journal: Pick<Journal, 'erase' | 'read'>;
  readonly vectors: Pick<VectorRegistry, 'remove'>;
  readonly accesses: Pick<AccessLog, 'removing'>;
  /** Data folder, if there is one. */
  readonly path: string | undefined;
  /** The scope as it stands once the journal is without them. */
  readonly load: () => Promise<ScopeState>;
}

/** What is to go. */
export interface Removal {
  /** What the caller named, for the record. */
  readonly ids: readonly string[];
  readonly sources: readonly SourceId[];
  readonly plan: Pick<ForgetPlan, 'sequences' | 'replaced' | 'facts' | 'retold'>;
}

/** Nothing was written. What failed on its way to the disk may have got there all the same. */
const isRefusal = (error: unknown): boolean =>
  isRetentiveError(error) && (error.code === 'STORE_CLOSED' || !error.code.startsWith('STORE_'));

const remove = async (
  { journal, vectors, path, load }: TakeOutParts,
  { key, episodic }: { readonly key: ScopeKey; readonly episodic: ScopeState['episodic'] },
  { ids, sources, plan }: Removal,
  options: CallOptions,
): Promise<JournalEntry> => {
  const { sequences, facts, retold } = plan;
  const replaced = [...plan.replaced];
  const gone = { sources: new Set<string>(sources), facts: new Set<string>(facts) };
  for await (const { sequence, body } of journal.read({ scope: key, kinds: NAMING_KINDS, ...options })) {
    const rest = withoutNames(body, gone);
    if (rest !== undefined) replaced.push({ sequence, body: rest });
  }
  const chunks = sources.flatMap((id) => episodic.chunksOf(id).map((chunk) => chunk.id));
  const unmark = path === undefined ? async (): Promise<void> => {} : await markErasure(path, key);
  const erase = async (): Promise<JournalEntry> => {
    try {
      return await journal.erase({ scope: key, ids, sources, sequences, replaced }, options);
    } catch (error) {
      if (isRefusal(error)) await unmark();
      throw error;
    }
  };
  const entry = await erase();
  // The registry has read the scope anew when this resolves. From here on nothing is left to abort.
  const fresh = await load();
  await vectors.remove(key, fresh, [...chunks, ...facts, ...retold]);
  await unmark();
  return entry;
};

/**
 * Takes entries out of a scope's journal and what was made from them out of its projections; gives the entry that says so.
 * Runs alone in its scope. The files of projections are marked before: a process that dies in between leaves them to be
 * removed at the next opening. @throws what `Journal.erase` throws
 */
export const takeOut = (
  parts: TakeOutParts,
  from: { readonly key: ScopeKey; readonly episodic: ScopeState['episodic'] },
  removal: Removal,
  options: CallOptions,
): Promise<JournalEntry> => parts.accesses.removing(from.key, () => remove(parts, from, removal, options));
