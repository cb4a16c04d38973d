import type { CallOptions } from '@retentive/core';
import type { Journal, JournalEntry, ScopeKey } from '../journal/journal.ts';
import { createScopeState, type ScopeChange, type ScopeResources, type ScopeState } from './scope-state.ts';

/** Told of each entry once it is applied, in order of the journal. */
export type AppliedListener = (entry: JournalEntry, change: ScopeChange) => void;

/** The loaded scopes of a memory. */
export interface ScopeRegistry {
  /**
   * The scope's projections, brought up to the journal; read from it at the first call. When entries are erased they
   * are read anew, and who calls meanwhile waits for that. The object stays the same one.
   */
  load(key: ScopeKey, options?: CallOptions): Promise<ScopeState>;
  /** As `load`, of a scope that is in use already. */
  loaded(key: ScopeKey): Promise<ScopeState | undefined>;
  close(): void;
}

interface LoadedScope {
  state?: ScopeState;
  loading?: Promise<ScopeState>;
  /** Entries that arrived while the scope is being read. */
  waiting?: JournalEntry[] | undefined;
}

/** Entries applied in a row while a scope is read, some milliseconds' worth. */
const ENTRIES_PER_TURN = 64;

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const nameOf = ({ tenant, user }: ScopeKey): string => JSON.stringify([tenant, user]);

const isErasure = ({ body }: JournalEntry): boolean => body.kind === 'forgotten';

/** Makes a registry that follows `journal`. Scopes load at their first use, one read each however many callers ask. */
export const createScopeRegistry = (
  journal: Journal,
  openResources: () => Promise<ScopeResources>,
  onApplied: AppliedListener,
  onBroken: (error: unknown) => void,
): ScopeRegistry => {
  const scopes = new Map<string, LoadedScope>();

  const project = async (key: ScopeKey): Promise<ScopeState> => {
    const state = createScopeState(await openResources());
    let read = 0;
    for await (const entry of journal.read({ scope: key })) {
      state.apply(entry);
      read += 1;
      // Timers, signals and other scopes get their turn.
      if (read % ENTRIES_PER_TURN === 0) await nextTurn();
    }
    return state;
  };

  const read = async (key: ScopeKey, scope: LoadedScope): Promise<ScopeState> => {
    while (true) {
      const waiting: JournalEntry[] = [];
      scope.waiting = waiting;
      const fresh = await project(key);
      // What was read may be gone by now.
      if (waiting.some(isErasure)) continue;
      for (const entry of waiting) {
        // What the read had already seen is skipped by its sequence.
        if (entry.sequence <= fresh.episodic.sequence) continue;
        const change = fresh.apply(entry);
        if (scope.state === undefined) onApplied(entry, change);
      }
      scope.waiting = undefined;
      const { state } = scope;
      // Who holds the scope holds the new projections, and waits in the same line as before.
      scope.state =
        state === undefined ? fresh : Object.assign(state, fresh, { exclusively: state.exclusively });
      return scope.state;
    }
  };

  const startReading = (key: ScopeKey, scope: LoadedScope): Promise<ScopeState> => {
    const loading = read(key, scope);
    scope.loading = loading;
    // A scope that could not be read is tried again at its next use.
    loading.catch(() => scopes.delete(nameOf(key)));
    return loading;
  };

  const stop = journal.subscribe((entry) => {
    const scope = scopes.get(nameOf(entry.scope));
    if (scope === undefined) return;
    scope.waiting?.push(entry);
    if (scope.state === undefined) return;
    if (isErasure(entry) && scope.waiting === undefined) void startReading(entry.scope, scope);
    try {
      onApplied(entry, scope.state.apply(entry));
    } catch (error) {
      // The entry is durable, so what is in memory is what is wrong: the next use reads the scope anew.
      scopes.delete(nameOf(entry.scope));
      onBroken(error);
    }
  });

  return {
    load(key) {
      const name = nameOf(key);
      const known = scopes.get(name);
      if (known?.loading !== undefined) return known.loading;
      const scope: LoadedScope = {};
      scopes.set(name, scope);
      return startReading(key, scope);
    },
    loaded: async (key) => scopes.get(nameOf(key))?.loading,
    close() {
      stop();
      scopes.clear();
    },
  };
};
