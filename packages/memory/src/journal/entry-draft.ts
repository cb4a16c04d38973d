import { type Clock, RetentiveError } from '@retentive/core';
import type {
  EntryBody,
  ErasedScope,
  JobRecord,
  JobState,
  JournalBatch,
  JournalEntry,
  JournalErasure,
  RecordedEntry,
  ScopeKey,
  ScopeSelection,
} from './journal.ts';
import type {
  BatchDraft,
  EntryDraft,
  EntryRow,
  EraseDraft,
  ErasedScopeRow,
  Failure,
  ScopeSelectionDraft,
} from './writer-protocol.ts';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

const areCuts = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.every((cut) => Array.isArray(cut) && cut.length === 2 && isCount(cut[0]) && isCount(cut[1]));

const areStrings = (...values: readonly unknown[]): boolean =>
  values.every((value) => typeof value === 'string');

/** What makes each kind readable. Deep data (a header, an operation) was checked by whoever made it. */
const CHECKS = {
  source: ({ source, state, text, cuts }) =>
    isObject(source) &&
    (source['type'] === 'message' || source['type'] === 'document') &&
    areStrings(source['id'], source['thread'], text) &&
    (state === 'open' || state === 'complete') &&
    areCuts(cuts),
  text: ({ id, offset, text, cuts }) => areStrings(id, text) && isCount(offset) && areCuts(cuts),
  closed: ({ id, state, length, cuts }) =>
    areStrings(id) && (state === 'complete' || state === 'torn') && isCount(length) && areCuts(cuts),
  resumed: ({ id, keep }) => areStrings(id) && isCount(keep),
  operation: ({ operation }) => isObject(operation) && areStrings(operation['id'], operation['kind']),
  job: ({ job }) =>
    isObject(job) &&
    areStrings(job['id'], job['type'], job['source']) &&
    (job['state'] === 'queued' || job['state'] === 'done' || job['state'] === 'dead') &&
    isCount(job['attempts']),
  pin: ({ id, pinned }) => areStrings(id) && typeof pinned === 'boolean',
  context: ({ context }) => isObject(context) && areStrings(context['id']),
  access: ({ items }) => Array.isArray(items) && areStrings(...items),
  output: ({ producer, input, output, source = '' }) => areStrings(producer, input, output, source),
  forgotten: ({ ids, sequences, replaced }) =>
    Array.isArray(ids) &&
    areStrings(...ids) &&
    areCuts(sequences) &&
    Array.isArray(replaced) &&
    replaced.every(isCount),
} as const satisfies Record<EntryBody['kind'], (body: Readonly<Record<string, unknown>>) => boolean>;

const isEntryBody = (value: unknown): boolean => {
  if (!isObject(value)) return false;
  const kind = value['kind'];
  return typeof kind === 'string' && Object.hasOwn(CHECKS, kind) && CHECKS[kind as EntryBody['kind']](value);
};

/** Reads a body back. @throws STORE_CORRUPT with the sequence when it is no JSON or no entry */
export const parseBody = (body: string, sequence: number): EntryBody => {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (cause) {
    throw new RetentiveError('STORE_CORRUPT', `entry ${sequence} of the journal is no JSON`, {
      cause,
      details: { sequence },
    });
  }
  if (!isEntryBody(value)) {
    throw new RetentiveError('STORE_CORRUPT', `entry ${sequence} of the journal has no known shape`, {
      details: { sequence },
    });
  }
  return value as EntryBody;
};

/** What the rules of sources and jobs need to know of a body. */
export const draftOf = (entry: EntryBody, body: string): EntryDraft => {
  const { kind } = entry;
  switch (kind) {
    case 'source':
      return { kind, body, source: entry.source.id, state: entry.state, length: entry.text.length };
    case 'text':
      return { kind, body, source: entry.id, offset: entry.offset, length: entry.text.length };
    case 'closed':
      return { kind, body, source: entry.id, state: entry.state, length: entry.length };
    case 'resumed':
      return { kind, body, source: entry.id };
    case 'job': {
      const { id, type, source, state, attempts, runAfter, error } = entry.job;
      const record = JSON.stringify(entry.job);
      return { kind, body, job: { id, type, source, state, attempts, runAfter, error, record } };
    }
    case 'output':
      return { kind, body, ...(entry.source === undefined ? {} : { about: entry.source }) };
    default:
      return { kind, body };
  }
};

const checkWellFormed = (labels: readonly string[]): void => {
  for (const label of labels) {
    // SQLite would store a lone surrogate as a replacement sign, and two keys would become one.
    if (!label.isWellFormed()) {
      throw new RetentiveError('OPTION_INVALID', 'scopes, ids and keys must be well-formed Unicode');
    }
  }
};

const checkLabels = (batch: JournalBatch, entries: readonly EntryDraft[]): void => {
  const { tenant, user } = batch.scope;
  const own = batch.recorded?.flatMap(({ keys = [] }) => keys) ?? [];
  const keys = [...(batch.keys ?? []), ...own].flatMap(({ key, hash }) => [key, hash]);
  const ids = entries.flatMap(({ source = '', about = '', job }) =>
    job === undefined ? [source, about] : [job.id, job.type, job.source],
  );
  checkWellFormed([tenant, user, ...keys, ...ids]);
};

const recordedDraft = (
  recorded: RecordedEntry | undefined,
  { kind }: EntryBody,
): Pick<EntryDraft, 'recordedAt' | 'keys'> => {
  if (recorded === undefined) return {};
  const { at, keys = [] } = recorded;
  if (!Number.isSafeInteger(at) || (keys.length > 0 && kind !== 'source')) {
    throw new RetentiveError(
      'OPTION_INVALID',
      'an entry is recorded at whole ms, and only a source has keys',
    );
  }
  return { recordedAt: at, ...(keys.length === 0 ? {} : { keys }) };
};

/** Checks a batch and makes it ready to be written, stamped with the clock's time. @throws OPTION_INVALID */
export const draftBatch = (batch: JournalBatch, clock: Clock): BatchDraft => {
  const { recorded } = batch;
  if (recorded !== undefined && (batch.keys !== undefined || recorded.length !== batch.entries.length)) {
    throw new RetentiveError('OPTION_INVALID', 'recorded is as long as entries and takes the place of keys');
  }
  const entries = batch.entries.map((entry, index) => {
    // What was forgotten is only ever said by an erasure.
    if (!isEntryBody(entry) || entry.kind === 'forgotten') {
      throw new RetentiveError('OPTION_INVALID', `entry ${index} of the batch has no known shape`, {
        details: { index },
      });
    }
    return { ...draftOf(entry, JSON.stringify(entry)), ...recordedDraft(recorded?.[index], entry) };
  });
  const keys = batch.keys ?? [];
  if (keys.length > 0 && entries[0]?.kind !== 'source') {
    throw new RetentiveError('OPTION_INVALID', 'keys are for a batch whose first entry begins a source');
  }
  checkLabels(batch, entries);
  const { tenant, user } = batch.scope;
  return { tenant, user, recordedAt: Math.trunc(clock.now()), keys, entries };
};

/** Checks an erasure and makes it ready to be carried out. @throws OPTION_INVALID */
export const draftErasure = (erasure: JournalErasure, clock: Clock): BatchDraft & { erase: EraseDraft } => {
  const { tenant, user } = erasure.scope;
  const { ids, sources, sequences } = erasure;
  checkWellFormed([tenant, user, ...ids, ...sources]);
  const replaced = erasure.replaced.map(({ sequence, body }) => {
    if (isEntryBody(body)) return { sequence, kind: body.kind, body: JSON.stringify(body) };
    throw new RetentiveError('OPTION_INVALID', `what replaces entry ${sequence} has no known shape`, {
      details: { sequence },
    });
  });
  const named = [...sequences, ...replaced.map(({ sequence }) => sequence)];
  if (!named.every(isCount) || new Set(named).size < named.length || new Set(sources).size < sources.length) {
    throw new RetentiveError('OPTION_INVALID', 'an erasure names each source and each entry once');
  }
  const erase = { ids, sources, sequences, replaced };
  return { tenant, user, recordedAt: Math.trunc(clock.now()), keys: [], entries: [], erase };
};

/** Makes an erasure of whole scopes ready to be carried out. @throws OPTION_INVALID */
export const draftScopeErasure = (
  { tenant, user }: ScopeSelection,
  clock: Clock,
): BatchDraft & { eraseScopes: ScopeSelectionDraft } => {
  checkWellFormed([tenant, ...(user === undefined ? [] : [user])]);
  const eraseScopes = user === undefined ? { tenant } : { tenant, user };
  return {
    tenant,
    user: user ?? '',
    recordedAt: Math.trunc(clock.now()),
    keys: [],
    entries: [],
    eraseScopes,
  };
};

/** How listeners hear that a scope is gone. */
export const erasedScopeEntry = (
  { tenant, user, sequence }: ErasedScopeRow,
  recordedAt: number,
): JournalEntry => ({
  sequence,
  scope: { tenant, user },
  recordedAt,
  body: { kind: 'forgotten', ids: [], sequences: [], replaced: [] },
});

/** A scope that is gone, from its row. */
export const erasedScopeOf = ({ tenant, user, sequence, entries }: ErasedScopeRow): ErasedScope => ({
  scope: { tenant, user },
  sequence,
  entries,
});

/** The entries of a written batch, the first of which got `sequence`. */
export const entriesOf = (
  batch: JournalBatch,
  recordedAt: number,
  sequence: number,
): readonly JournalEntry[] => {
  const { tenant, user } = batch.scope;
  return batch.entries.map((body, index) => ({
    sequence: sequence + index,
    scope: { tenant, user },
    recordedAt: batch.recorded?.[index]?.at ?? recordedAt,
    body,
  }));
};

/** An entry from its row. @throws STORE_CORRUPT */
export const entryOf = ([sequence, , recordedAt, body]: EntryRow, scope: ScopeKey): JournalEntry => ({
  sequence,
  scope,
  recordedAt,
  body: parseBody(body, sequence),
});

/** A job from the record that its entry was written with. */
export const jobStateOf = ({ tenant, user }: ScopeKey, record: string): JobState => ({
  scope: { tenant, user },
  job: JSON.parse(record) as JobRecord,
});

/** A failure as the error it stands for. */
export const errorOf = ({ code, message, retryable, details, cause }: Failure): RetentiveError =>
  new RetentiveError(code, message, {
    ...(retryable === undefined ? {} : { retryable }),
    ...(details === undefined ? {} : { details }),
    ...(cause === undefined ? {} : { cause: new Error(cause) }),
  });

/** Calls every listener with every entry; one that throws stops neither the others nor the append. */
export const notify = (
  listeners: ReadonlySet<(entry: JournalEntry) => void>,
  entries: readonly JournalEntry[],
): void => {
  for (const entry of entries) {
    for (const listener of listeners) {
      try {
        listener(entry);
      } catch {
        // The entry is durable whatever a listener thinks of it; the event bus above reports its listeners itself.
      }
    }
  }
};
