import type { Clock } from '@retentive/core';
import type { ScopeArchive } from '../episodic/scope-archive.ts';
import type { JournalEntry, ScopeKey } from '../journal/journal.ts';
import type { Checkpoints } from './scope-checkpoint.ts';
import type { ScopeState } from './scope-state.ts';

/** A scope whose projections follow the journal. */
export interface LoadedScope {
  readonly key: ScopeKey;
  checkpoints: Checkpoints;
  state?: ScopeState;
  archive?: ScopeArchive;
  loading?: Promise<ScopeState>;
  /** Entries that arrived while the scope is being read. */
  waiting?: JournalEntry[] | undefined;
  /** Of those, what the projections that are on their way out could not take: nobody has been told of it. */
  readonly untold: Set<JournalEntry>;
  /** True while `settle` is about to be called. */
  settling?: boolean;
}

/** Tokens of verbatim chunks that all scopes in memory hold, unless told otherwise: five full working sets. */
export const DEFAULT_LOADED_TOKENS = 1_000_000;

/** What a scope costs beside its chunks, in tokens' worth of memory. */
const TOKENS_PER_SCOPE = 500;

/** So many are let go of in one moment. */
const MOST_AT_ONCE = 4;

/** Nobody who is in the middle of a call has used its scope that long ago. */
const IDLE_MS = 10_000;

/**
 * The scopes in memory, those used longest ago first. One that is let go of stays the same object for whoever still holds
 * its projections, and follows the journal as long as somebody does: there never are two of a scope.
 */
export interface LoadedScopes {
  /** One that is in memory; looking is no use. */
  get(key: ScopeKey): LoadedScope | undefined;
  /** Notes a use. */
  touch(scope: LoadedScope): void;
  add(scope: LoadedScope): void;
  /** Forgets a scope, if it is this one. */
  drop(scope: LoadedScope): void;
  /** Whether it is the one that is in memory under its key. */
  has(scope: LoadedScope): boolean;
  /** Lets go of idle scopes until the others fit, each after `rest` has been called with it. */
  trim(rest: (scope: LoadedScope) => void): void;
  /** Those in memory, and those that somebody still holds. */
  all(): readonly LoadedScope[];
  clear(): void;
}

const nameOf = ({ tenant, user }: ScopeKey): string => JSON.stringify([tenant, user]);

const costOf = ({ state }: LoadedScope): number => TOKENS_PER_SCOPE + (state?.loadedTokens ?? 0);

/** Makes empty {@link LoadedScopes} of at most so many tokens. */
export const createLoadedScopes = (limit: number, clock: Pick<Clock, 'elapsed'>): LoadedScopes => {
  const scopes = new Map<string, { readonly scope: LoadedScope; usedAt: number }>();
  const idle = new Map<string, WeakRef<ScopeState>>();
  const scopeOf = new WeakMap<ScopeState, LoadedScope>();

  const put = (scope: LoadedScope): void => {
    const name = nameOf(scope.key);
    scopes.delete(name);
    scopes.set(name, { scope, usedAt: clock.elapsed() });
  };

  /** One that somebody still holds is in memory again. */
  const revive = (name: string): LoadedScope | undefined => {
    const state = idle.get(name)?.deref();
    idle.delete(name);
    const scope = state === undefined ? undefined : scopeOf.get(state);
    if (scope !== undefined) put(scope);
    return scope;
  };

  const forgetCollected = (): void => {
    for (const [name, held] of idle) if (held.deref() === undefined) idle.delete(name);
  };

  const letGo = (name: string, scope: LoadedScope, state: ScopeState): void => {
    scopes.delete(name);
    scopeOf.set(state, scope);
    idle.set(name, new WeakRef(state));
  };

  const has = (scope: LoadedScope): boolean => scopes.get(nameOf(scope.key))?.scope === scope;

  return {
    get: (key) => scopes.get(nameOf(key))?.scope ?? revive(nameOf(key)),
    touch(scope) {
      if (has(scope)) put(scope);
    },
    add: put,
    drop(scope) {
      const name = nameOf(scope.key);
      if (has(scope)) scopes.delete(name);
      if (scope.state !== undefined && idle.get(name)?.deref() === scope.state) idle.delete(name);
    },
    has,
    trim(rest) {
      let cost = 0;
      let gone = 0;
      for (const { scope } of scopes.values()) cost += costOf(scope);
      if (cost <= limit) return;
      forgetCollected();
      const latest = clock.elapsed() - IDLE_MS;
      for (const [name, { scope, usedAt }] of [...scopes]) {
        // Those behind it were used later.
        if (cost <= limit || usedAt > latest) return;
        const { state, waiting, settling, archive } = scope;
        // What lives in this process only would have to be read from its beginning.
        if (state === undefined || waiting !== undefined || settling === true || archive?.isDurable !== true)
          continue;
        cost -= costOf(scope);
        rest(scope);
        // It may have been found broken just now.
        if (has(scope)) letGo(name, scope, state);
        gone += 1;
        // Each writes to disk: the others go at the next look.
        if (gone === MOST_AT_ONCE) return;
      }
    },
    all: () => [
      ...[...scopes.values()].map(({ scope }) => scope),
      ...[...idle.values()].flatMap((held) => {
        const state = held.deref();
        return (state === undefined ? undefined : scopeOf.get(state)) ?? [];
      }),
    ],
    clear() {
      scopes.clear();
      idle.clear();
    },
  };
};
