import { type CallOptions, type Clock, throwIfAborted } from '@retentive/core';
import { createInMemoryScopeArchive } from '../episodic/in-memory-scope-archive.ts';
import type { ScopeArchive } from '../episodic/scope-archive.ts';
import type { Journal, JournalEntry, ScopeKey } from '../journal/journal.ts';
import type { OpenScopeArchive } from './archive-opener.ts';
import { createLoadedScopes, DEFAULT_LOADED_TOKENS, type LoadedScope } from './loaded-scopes.ts';
import { type Checkpoints, createCheckpoints, resumeScope } from './scope-checkpoint.ts';
import type { ScopeChange, ScopeResources, ScopeState } from './scope-state.ts';
import type { ArchivedListener } from './working-set.ts';

/** Told of each entry once it is applied, in order of the journal. */
export type AppliedListener = (entry: JournalEntry, change: ScopeChange) => void;

/** The loaded scopes of a memory. */
export interface ScopeRegistry {
  /**
   * The scope's projections, brought up to the journal; read from it at the first call. When entries are erased they
   * are read anew, and who calls meanwhile waits for that. The object stays the same one.
   */
  load(key: ScopeKey, options?: CallOptions): Promise<ScopeState>;
  /**
   * Projections of their own, of what was recorded by `knownAt` and is not forgotten: read from the journal at each call,
   * as long as the first `load` takes. @throws ABORTED
   */
  replay(key: ScopeKey, knownAt: number, options?: CallOptions): Promise<ScopeState>;
  /**
   * Makes the projections anew and gives them to `compare` beside those in use, if there are any, in a moment in which both
   * have applied the same entries. Keeps nothing.
   */
  compare<Result>(
    key: ScopeKey,
    compare: (live: ScopeState | undefined, fresh: ScopeState) => Result,
    options?: CallOptions,
  ): Promise<Result>;
  /** Reads a scope that is in use anew; false where it is in use by nobody. */
  reload(key: ScopeKey): Promise<boolean>;
  /** Whether the archive of a scope in use can be written, tried now; undefined where there is none. */
  examineArchive(key: ScopeKey): { readonly fault: string | undefined } | undefined;
  /** As `load`, of a scope that is in use already. */
  loaded(key: ScopeKey): Promise<ScopeState | undefined>;
  close(): void;
}

/** What a registry opens scopes with, and whom it tells. */
export interface ScopeRegistryOptions {
  readonly openResources: () => Promise<ScopeResources>;
  readonly openArchive: OpenScopeArchive;
  readonly onApplied: AppliedListener;
  readonly onArchived: ArchivedListener;
  /** An entry could not be applied; the scope is read anew at its next use. */
  readonly onBroken: (error: unknown) => void;
  /** A scope is being let go of: nobody has used it for a while, and others need the memory. */
  readonly onRest?: ((key: ScopeKey) => void) | undefined;
  /** Most tokens of verbatim chunks in memory, of all scopes; default {@link DEFAULT_LOADED_TOKENS}. */
  readonly loadedTokens?: number | undefined;
  readonly clock: Pick<Clock, 'elapsed'>;
}

/** Entries applied in a row while a scope is read, some milliseconds' worth. */
const ENTRIES_PER_TURN = 64;

/** Entries after which all scopes are looked through for what can be let go of. */
const SETTLES_PER_TRIM = 256;

/** How many turns of the event loop an entry that is durable has to be told of. */
const MOMENTS = 100;

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const isErasure = ({ body }: JournalEntry): boolean => body.kind === 'forgotten';

/** Makes a registry that follows `journal`. Scopes load at their first use, one read each however many callers ask. */
export const createScopeRegistry = (journal: Journal, options: ScopeRegistryOptions): ScopeRegistry => {
  const { openResources, openArchive, onApplied, onArchived, onBroken, onRest = () => {} } = options;
  const { loadedTokens = DEFAULT_LOADED_TOKENS, clock } = options;
  const scopes = createLoadedScopes(loadedTokens, clock);
  let sinceTrim = 0;

  /** Reads the journal of a scope; undefined when its archive was made from a journal that is no longer this one. */
  const readWith = async (
    archive: ScopeArchive,
    key: ScopeKey,
    { knownAt = Number.POSITIVE_INFINITY, ...options }: CallOptions & { readonly knownAt?: number } = {},
    checkpoints?: Checkpoints,
  ): Promise<ScopeState | undefined> => {
    const { sequence: kept, recordedAt: keptAt } = archive;
    const resumed = await resumeScope(journal, key, archive, await openResources(), options);
    if (resumed === undefined) return undefined;
    const { state, after } = resumed;
    let read = 0;
    let last: JournalEntry | undefined;
    for await (const entry of journal.read({ scope: key, after, ...options })) {
      if (isErasure(entry) && entry.sequence > kept && kept > 0) return undefined;
      // A journal that was restored and went on has another entry there.
      if (entry.sequence === kept && entry.recordedAt !== keptAt) return undefined;
      last = entry;
      if (entry.recordedAt <= knownAt) state.apply(entry);
      checkpoints?.follow(entry);
      read += 1;
      if (read % ENTRIES_PER_TURN !== 0) continue;
      state.settle();
      // Timers, signals and other scopes get their turn.
      await nextTurn();
    }
    state.settle();
    if (kept > state.episodic.sequence) return undefined;
    // What is in the archive is so as of now, erasures included.
    if (last !== undefined) archive.put([], last.sequence, last.recordedAt);
    return state;
  };

  const project = async (key: ScopeKey, scope: LoadedScope): Promise<ScopeState> => {
    while (true) {
      const archive = await openArchive(key, () => scopes.drop(scope));
      scope.archive = archive;
      scope.checkpoints = createCheckpoints();
      const state = await readWith(archive, key, {}, scope.checkpoints);
      if (state !== undefined) return state;
      archive.discard();
    }
  };

  const read = async (key: ScopeKey, scope: LoadedScope): Promise<ScopeState> => {
    while (true) {
      const waiting: JournalEntry[] = [];
      scope.waiting = waiting;
      // What was archived may hold what is erased by now.
      scope.archive?.discard();
      const fresh = await project(key, scope);
      // What was read may be gone by now.
      if (waiting.some(isErasure)) continue;
      for (const entry of waiting) {
        // What the read had already seen is skipped by its sequence.
        if (entry.sequence <= fresh.episodic.sequence) continue;
        const change = fresh.apply(entry);
        scope.checkpoints.follow(entry);
        if (scope.state === undefined || scope.untold.has(entry)) onApplied(entry, change);
      }
      scope.untold.clear();
      scope.waiting = undefined;
      fresh.listen(onArchived);
      const { state } = scope;
      // Who holds the scope holds the new projections, and waits in the same line as before.
      const { exclusively: _, ...parts } = Object.getOwnPropertyDescriptors(fresh);
      scope.state = state === undefined ? fresh : Object.defineProperties(state, parts);
      settleSoon(scope);
      scopes.trim(rest);
      return scope.state;
    }
  };

  const startReading = (key: ScopeKey, scope: LoadedScope): Promise<ScopeState> => {
    const loading = read(key, scope);
    scope.loading = loading;
    // A scope that could not be read is tried again at its next use.
    loading.catch(() => {
      scopes.drop(scope);
      scope.archive?.close();
    });
    return loading;
  };

  /** What is in memory is wrong when this fails, since the journal is not: the next use reads the scope anew. */
  const orBroken = (scope: LoadedScope, run: () => void): void => {
    try {
      run();
    } catch (error) {
      scopes.drop(scope);
      scope.archive?.close();
      onBroken(error);
    }
  };

  /** What the scope goes on from is on disk, and its files are closed until somebody needs them. */
  const rest = (scope: LoadedScope): void =>
    orBroken(scope, () => {
      const { key, state, archive, checkpoints } = scope;
      state?.settle();
      if (state !== undefined && archive !== undefined) checkpoints.save(state, archive, true);
      archive?.rest();
      onRest(key);
    });

  /** After whoever waits for the entry was answered; the next one may be on its way to disk meanwhile. */
  const settleSoon = (scope: LoadedScope): void => {
    if (scope.settling === true) return;
    scope.settling = true;
    setImmediate(() => {
      scope.settling = false;
      orBroken(scope, () => {
        const { state, archive, checkpoints, waiting } = scope;
        // While it is read anew, the archive is not the one of this state.
        if (state === undefined || archive === undefined || waiting !== undefined) return;
        state.settle();
        checkpoints.save(state, archive);
      });
      sinceTrim += 1;
      if (sinceTrim < SETTLES_PER_TRIM) return;
      sinceTrim = 0;
      scopes.trim(rest);
    });
  };

  /**
   * Tells of an entry that comes while the scope is read anew. The projections of before have lost their archive, and may
   * not be able to take it: those that are being made will.
   */
  const tellOnTheWay = (scope: LoadedScope, entry: JournalEntry): void => {
    try {
      if (scope.state !== undefined) onApplied(entry, scope.state.apply(entry));
    } catch {
      scope.untold.add(entry);
    }
  };

  const stop = journal.subscribe((entry) => {
    const scope = scopes.get(entry.scope);
    if (scope === undefined) return;
    scope.waiting?.push(entry);
    if (scope.state === undefined) return;
    if (isErasure(entry) && scope.waiting === undefined) void startReading(entry.scope, scope);
    if (scope.waiting !== undefined) {
      tellOnTheWay(scope, entry);
      return;
    }
    orBroken(scope, () => {
      if (scope.state !== undefined) onApplied(entry, scope.state.apply(entry));
      scope.checkpoints.follow(entry);
      settleSoon(scope);
    });
  });

  /** Projections of their own, with an archive in memory. */
  const projectApart = async (
    key: ScopeKey,
    knownAt?: number,
    options?: CallOptions,
  ): Promise<ScopeState> => {
    const state = await readWith(createInMemoryScopeArchive(), key, {
      ...options,
      ...(knownAt === undefined ? {} : { knownAt }),
    });
    // An archive that begins empty is never of another journal.
    return state as ScopeState;
  };

  /** The projections in use, unless they are just being read. */
  const liveState = async (key: ScopeKey): Promise<ScopeState | undefined> => {
    const scope = scopes.get(key);
    await scope?.loading?.catch(() => {});
    return scope !== undefined && scope.waiting === undefined && scopes.has(scope) ? scope.state : undefined;
  };

  /** Brings projections up to the journal. False where entries were taken out meanwhile: they have to be made anew. */
  const bringUp = async (key: ScopeKey, fresh: ScopeState): Promise<boolean> => {
    let isWhole = true;
    for await (const entry of journal.read({ scope: key, after: fresh.episodic.sequence })) {
      if (isErasure(entry)) isWhole = false;
      fresh.apply(entry);
    }
    return isWhole;
  };

  return {
    async compare(key, compare, { signal } = {}) {
      let fresh = await projectApart(key);
      for (let behind = 0; ; ) {
        throwIfAborted(signal, 'the comparison');
        const live = await liveState(key);
        const lag = (live?.episodic.sequence ?? fresh.episodic.sequence) - fresh.episodic.sequence;
        // What is durable is told a moment later; what has not been told of after many moments is missing.
        if (live === undefined || lag === 0 || (lag < 0 && behind > MOMENTS)) return compare(live, fresh);
        if (lag < 0) {
          behind += 1;
          await nextTurn();
        } else if (!(await bringUp(key, fresh))) fresh = await projectApart(key);
      }
    },
    async reload(key) {
      const scope = scopes.get(key);
      await scope?.loading?.catch(() => {});
      if (scope === undefined || !scopes.has(scope)) return false;
      await startReading(key, scope);
      return true;
    },
    load(key) {
      const known = scopes.get(key);
      if (known?.loading !== undefined) {
        scopes.touch(known);
        return known.loading;
      }
      const scope: LoadedScope = { key, checkpoints: createCheckpoints(), untold: new Set() };
      scopes.add(scope);
      return startReading(key, scope);
    },
    replay: projectApart,
    examineArchive(key) {
      const archive = scopes.get(key)?.archive;
      // A search writes what waits before it looks.
      archive?.search([], 0);
      return archive && { fault: archive.fault };
    },
    loaded: async (key) => scopes.get(key)?.loading,
    close() {
      stop();
      for (const { state, archive, checkpoints, waiting } of scopes.all()) {
        try {
          // The last chunks that left are in the file then.
          state?.settle();
          if (state !== undefined && archive !== undefined && waiting === undefined)
            checkpoints.save(state, archive, true);
        } catch (error) {
          onBroken(error);
        }
        archive?.close();
      }
      scopes.clear();
    },
  };
};
