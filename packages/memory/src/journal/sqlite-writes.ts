import { type CallOptions, type Clock, RetentiveError } from '@retentive/core';
import {
  draftBatch,
  draftErasure,
  draftScopeErasure,
  entriesOf,
  entryOf,
  erasedScopeEntry,
  erasedScopeOf,
  errorOf,
  notify,
} from './entry-draft.ts';
import type {
  AppendResult,
  ErasedScope,
  JournalBatch,
  JournalEntry,
  JournalErasure,
  ScopeSelection,
  SourceId,
} from './journal.ts';
import type { WriterLink } from './writer-link.ts';

/** What changes a journal in SQLite: each is sent to the writer in its turn, and its outcome told to the listeners, then to the caller. */
export const createSqliteWrites = (
  link: Pick<WriterLink, 'append'>,
  clock: Clock,
  listeners: ReadonlySet<(entry: JournalEntry) => void>,
) => {
  const append = (batch: JournalBatch, { signal: wanted }: CallOptions): Promise<AppendResult> => {
    const draft = draftBatch(batch, clock);
    if (draft.entries.length === 0) return Promise.resolve({ entries: [] });
    return new Promise((resolve, reject) => {
      link.append({
        draft,
        signal: wanted,
        onOutcome(outcome) {
          if (typeof outcome === 'number') {
            const entries = entriesOf(batch, draft.recordedAt, outcome);
            notify(listeners, entries);
            resolve({ entries });
          } else if ('failure' in outcome) reject(errorOf(outcome.failure));
          else if ('replayed' in outcome) resolve({ entries: [], replayed: outcome.replayed as SourceId });
          else reject(new RetentiveError('INTERNAL', 'an append was answered as an erasure'));
        },
        onError: reject,
      });
    });
  };

  const erase = (erasure: JournalErasure, { signal: wanted }: CallOptions): Promise<JournalEntry> => {
    const draft = draftErasure(erasure, clock);
    return new Promise((resolve, reject) => {
      link.append({
        draft,
        signal: wanted,
        onOutcome(outcome) {
          if (typeof outcome !== 'object' || !('erased' in outcome)) {
            const failure = typeof outcome === 'object' && 'failure' in outcome ? outcome.failure : undefined;
            reject(
              failure === undefined
                ? new RetentiveError('INTERNAL', 'an erasure was answered as an append')
                : errorOf(failure),
            );
            return;
          }
          const { sequence, body, failure } = outcome.erased;
          const { tenant, user } = draft;
          const entry = entryOf([sequence, 0, draft.recordedAt, body], { tenant, user });
          notify(listeners, [entry]);
          if (failure === undefined) resolve(entry);
          else reject(errorOf(failure));
        },
        onError: reject,
      });
    });
  };

  const eraseScopes = (
    selection: ScopeSelection,
    { signal: wanted }: CallOptions,
  ): Promise<readonly ErasedScope[]> => {
    const draft = draftScopeErasure(selection, clock);
    return new Promise((resolve, reject) => {
      link.append({
        draft,
        signal: wanted,
        onOutcome(outcome) {
          if (typeof outcome === 'object' && 'erasedScopes' in outcome) {
            const { scopes, failure } = outcome.erasedScopes;
            notify(
              listeners,
              scopes.map((row) => erasedScopeEntry(row, draft.recordedAt)),
            );
            if (failure === undefined) resolve(scopes.map(erasedScopeOf));
            else reject(errorOf(failure));
          } else if (typeof outcome === 'object' && 'failure' in outcome) reject(errorOf(outcome.failure));
          else reject(new RetentiveError('INTERNAL', 'an erasure was answered as an append'));
        },
        onError: reject,
      });
    });
  };

  return { append, erase, eraseScopes };
};
