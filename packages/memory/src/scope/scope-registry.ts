import type { CallOptions } from '@retentive/core';
import type { Journal, JournalEntry, ScopeKey } from '../journal/journal.ts';
import { createScopeState, type ScopeChange, type ScopeResources, type ScopeState } from './scope-state.ts';

/** Told of each entry once it is applied, in order of the journal. */
export type AppliedListener = (entry: JournalEntry, change: ScopeChange) => void;

/** The loaded scopes of a memory. */
export interface ScopeRegistry {
  /** The scope's projections, brought up to the journal; read from it at the first call. */
  load(key: ScopeKey, options?: CallOptions): Promise<ScopeState>;
  close(): void;
}

interface LoadedScope {
  state?: ScopeState;
  loading?: Promise<ScopeState>;
  /** Entries that arrived while the scope was being read. */
  readonly waiting: JournalEntry[];
}

/** Entries applied in a row while a scope is read, some milliseconds' worth. */
const ENTRIES_PER_TURN = 64;

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const nameOf = ({ tenant, user }: ScopeKey): string => JSON.stringify([tenant, user]);

/** Makes a registry that follows `journal`. Scopes load at their first use, one read each however many callers ask. */
export const createScopeRegistry = (
  journal: Journal,
  openResources: () => Promise<ScopeResources>,
  onApplied: AppliedListener,
  onBroken: (error: unknown) => void,
): ScopeRegistry => {
  const scopes = new Map<string, LoadedScope>();

  const stop = journal.subscribe((entry) => {
    const scope = scopes.get(nameOf(entry.scope));
    if (scope === undefined) return;
    if (scope.state === undefined) {
      scope.waiting.push(entry);
      return;
    }
    try {
      onApplied(entry, scope.state.apply(entry));
    } catch (error) {
      // The entry is durable, so what is in memory is what is wrong: the next use reads the scope anew.
      scopes.delete(nameOf(entry.scope));
      onBroken(error);
    }
  });

  const read = async (key: ScopeKey, scope: LoadedScope): Promise<ScopeState> => {
    const state = createScopeState(await openResources());
    let read = 0;
    for await (const entry of journal.read({ scope: key })) {
      state.apply(entry);
      read += 1;
      // Timers, signals and other scopes get their turn.
      if (read % ENTRIES_PER_TURN === 0) await nextTurn();
    }
    for (const entry of scope.waiting) {
      // What the read had already seen is skipped by its sequence.
      if (entry.sequence > state.episodic.sequence) onApplied(entry, state.apply(entry));
    }
    scope.waiting.length = 0;
    scope.state = state;
    return state;
  };

  return {
    load(key) {
      const name = nameOf(key);
      const known = scopes.get(name);
      if (known?.loading !== undefined) return known.loading;
      const scope: LoadedScope = { waiting: [] };
      scopes.set(name, scope);
      scope.loading = read(key, scope);
      // A scope that could not be read is tried again at its next use.
      scope.loading.catch(() => scopes.delete(name));
      return scope.loading;
    },
    close() {
      stop();
      scopes.clear();
    },
  };
};
