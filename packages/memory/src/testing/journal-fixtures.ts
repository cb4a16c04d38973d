import { collect, type ErrorCode, isRetentiveError, type JobId, type MessageId } from '@retentive/core';
import type {
  Cut,
  EntryBody,
  JobRecord,
  Journal,
  JournalEntry,
  ReadOptions,
  ScopeKey,
  SourceHeader,
  SourceId,
} from '../journal/journal.ts';

/** A scope for tests. */
export const ANNA: ScopeKey = { tenant: 'acme', user: 'anna' };

/** Another user of the same tenant. */
export const BEN: ScopeKey = { tenant: 'acme', user: 'ben' };

/** A source id out of any text. */
export const sourceId = (id: string): SourceId => id as MessageId;

const header = (id: string): SourceHeader => ({
  type: 'message',
  id: id as MessageId,
  thread: 'default',
  role: 'user',
  origin: 'user',
  time: 0,
  remember: true,
});

const wholeCut = (length: number): readonly Cut[] => (length === 0 ? [] : [[length, 1]]);

/** A message that is there at once, as one chunk. */
export const whole = (id: string, text = 'hello'): EntryBody => ({
  kind: 'source',
  source: header(id),
  state: 'complete',
  text,
  cuts: wholeCut(text.length),
});

/** A message that begins to stream. */
export const opened = (id: string, text = ''): EntryBody => ({
  kind: 'source',
  source: header(id),
  state: 'open',
  text,
  cuts: [],
});

/** More text of a message, no chunk closed. */
export const more = (id: string, offset: number, text: string): EntryBody => ({
  kind: 'text',
  id: sourceId(id),
  offset,
  text,
  cuts: [],
});

/** The end of a message whose chunks were all pending: one chunk of `length`. */
export const ended = (id: string, state: 'complete' | 'torn', length: number): EntryBody => ({
  kind: 'closed',
  id: sourceId(id),
  state,
  length,
  cuts: wholeCut(length),
});

/** Work on a message, in a state; the id of the job is that of its message unless said. */
export const job = (source: string, state: JobRecord['state'], more: Partial<JobRecord> = {}): EntryBody => ({
  kind: 'job',
  job: {
    id: `job of ${source}` as JobId,
    type: 'test',
    source: sourceId(source),
    state,
    attempts: 0,
    ...more,
  },
});

/** A torn message goes on, all of its chunks open again. */
export const resumed = (id: string, keep = 0): EntryBody => ({ kind: 'resumed', id: sourceId(id), keep });

/** Appends bodies in one batch and gives the entries. */
export const append = async (
  journal: Journal,
  scope: ScopeKey,
  ...entries: readonly EntryBody[]
): Promise<readonly JournalEntry[]> => (await journal.append({ scope, entries })).entries;

/** Everything that a read gives. */
export const readAll = (journal: Journal, options: ReadOptions = {}): Promise<readonly JournalEntry[]> =>
  collect(journal.read(options));

/** The code of the error that a promise rejects with; `none` when it resolves, `foreign` for other errors. */
export const codeOf = async (promise: Promise<unknown>): Promise<ErrorCode | 'none' | 'foreign'> => {
  try {
    await promise;
    return 'none';
  } catch (error) {
    return isRetentiveError(error) ? error.code : 'foreign';
  }
};

/** The sequences of entries. */
export const sequences = (entries: readonly JournalEntry[]): readonly number[] =>
  entries.map(({ sequence }) => sequence);
