import { type CallOptions, isRetentiveError } from '@retentive/core';
import type { ScopeArchive } from '../episodic/scope-archive.ts';
import type { Journal, JournalEntry, ScopeKey } from '../journal/journal.ts';
import {
  createScopeState,
  FOLLOWED_KINDS,
  type ScopeResources,
  type ScopeSnapshot,
  type ScopeState,
} from './scope-state.ts';

/** Projections that begin somewhere, and the entry that they have seen last. */
export interface ResumedScope {
  readonly state: ScopeState;
  readonly after: number;
}

/** The journal has that entry, of that moment: another one that was restored and went on may not. */
const hasEntry = async (
  journal: Journal,
  scope: ScopeKey,
  sequence: number,
  recordedAt: number,
  options: CallOptions,
): Promise<boolean> => {
  for await (const entry of journal.read({ scope, after: sequence - 1, until: sequence, ...options })) {
    return entry.recordedAt === recordedAt;
  }
  return false;
};

const UNREADABLE = Symbol('unreadable');

/** A damaged file of an archive, or one that lacks a source, is no reason to fail: the journal has all of it. */
const tryRead = <Result>(read: () => Result): Result | typeof UNREADABLE => {
  try {
    return read();
  } catch (error) {
    if (isRetentiveError(error, 'STORE_READ_FAILED') || isRetentiveError(error, 'STORE_CORRUPT'))
      return UNREADABLE;
    throw error;
  }
};

/**
 * Makes the projections of a scope as the checkpoint in its archive has them, or empty without one. Undefined where the
 * checkpoint is of another journal, or cannot be read: archive and checkpoint are of no use then.
 */
export const resumeScope = async (
  journal: Journal,
  scope: ScopeKey,
  archive: ScopeArchive,
  resources: ScopeResources,
  options: CallOptions,
): Promise<ResumedScope | undefined> => {
  const checkpoint = tryRead(() => archive.checkpoint());
  if (checkpoint === UNREADABLE) return undefined;
  if (checkpoint === undefined) return { state: createScopeState(resources, archive), after: 0 };
  const { sequence, recordedAt } = checkpoint;
  if (!(await hasEntry(journal, scope, sequence, recordedAt, options))) return undefined;
  const state = tryRead(() =>
    createScopeState(resources, archive, JSON.parse(checkpoint.state) as ScopeSnapshot),
  );
  if (state === UNREADABLE) return undefined;
  for await (const entry of journal.read({ scope, until: sequence, kinds: FOLLOWED_KINDS, ...options })) {
    state.applyFollowed(entry);
  }
  return { state, after: sequence };
};

/** Saves what the scope goes on from, if that is possible. @param recordedAt of the entry that it has seen last */
const saveScope = (state: ScopeState, archive: ScopeArchive, recordedAt: number): void => {
  const snapshot = state.state();
  if (snapshot === undefined) return;
  const { episodic } = state;
  const checkpoint = { sequence: episodic.sequence, recordedAt, state: JSON.stringify(snapshot) };
  if (archive.save(checkpoint, episodic.changedSources())) episodic.onSaved();
};

/** Entries that a restart may have to read again: what a checkpoint costs, spread over so many, is little beside them. */
const ENTRIES_BETWEEN = 2_048;

/** At the end a checkpoint is worth less: reading fewer entries than this again takes no time. */
const ENTRIES_AT_END = 256;

/** Saves a scope from time to time. */
export interface Checkpoints {
  /** Notes an entry that was applied. */
  follow(entry: JournalEntry): void;
  /** Saves when enough was applied since the last time, at the end when a little was. */
  save(state: ScopeState, archive: ScopeArchive, isEnd?: boolean): void;
}

/** Makes {@link Checkpoints} of a scope that has nothing to save yet. */
export const createCheckpoints = (): Checkpoints => {
  let unsaved = 0;
  let recordedAt = 0;
  return {
    follow(entry) {
      unsaved += 1;
      ({ recordedAt } = entry);
    },
    save(state, archive, isEnd = false) {
      // The larger the working set, the more a checkpoint costs.
      const due = isEnd ? ENTRIES_AT_END : Math.max(ENTRIES_BETWEEN, state.episodic.size / 4);
      if (!archive.isDurable || unsaved < due) return;
      // What fails now is tried again after as many entries more.
      unsaved = 0;
      saveScope(state, archive, recordedAt);
    },
  };
};
