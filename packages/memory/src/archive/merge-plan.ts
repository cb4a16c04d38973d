import { createHash } from 'node:crypto';
import { type CallOptions, RetentiveError } from '@retentive/core';
import { stepJob, stepSource } from '../journal/batch-rules.js';
import { draftOf } from '../journal/entry-draft.ts';
import type { EntryBody, JobRecord, Journal, RecordedEntry, ScopeKey, SourceId } from '../journal/journal.ts';
import type { SourceStanding } from '../journal/writer-protocol.ts';
import { type ArchivedEntry, lineError } from './archive-format.ts';

/** What has to be written for one archived entry. */
export interface PlannedEntry {
  readonly body: EntryBody;
  readonly recorded: RecordedEntry;
}

/** Decides, entry by entry, what an archive adds to a scope. */
export interface MergePlan {
  /** What to write for an entry, in order; nothing when it is here already. @throws FILE_INVALID, IDEMPOTENCY_CONFLICT */
  step(entry: ArchivedEntry): readonly PlannedEntry[];
  /** Sources that this merge left open. */
  open(): readonly SourceId[];
}

interface PlannedSource {
  readonly standing: SourceStanding;
  /** How many chunks it has. */
  readonly cuts: number;
  /** How many it had before it was torn. */
  readonly certain: number;
  /** It was begun or continued by this archive. */
  readonly touched: boolean;
}

/** What a scope has, before anything is merged into it. */
export interface Existing {
  /** How often each entry is there, by its digest. */
  readonly entries: ReadonlyMap<string, number>;
  readonly sources: ReadonlyMap<string, PlannedSource>;
  /** How each job stands, by its id. */
  readonly jobs: ReadonlyMap<string, Pick<JobRecord, 'state' | 'source'>>;
  /** Ids. */
  readonly operations: ReadonlySet<string>;
  /** Ids of what was forgotten here, and is not here again. */
  readonly forgotten: ReadonlySet<string>;
}

const digest = (at: number, body: EntryBody): string =>
  createHash('sha256')
    .update(`${at} ${JSON.stringify(body)}`)
    .digest('base64');

const lengthOfText = (body: EntryBody, known: number): number =>
  body.kind === 'source' ? body.text.length : known + (body.kind === 'text' ? body.text.length : 0);

const advance = (
  known: PlannedSource | undefined,
  body: EntryBody,
  standing: SourceStanding,
  touched: boolean,
): PlannedSource => {
  const cuts = known?.cuts ?? 0;
  if (body.kind === 'resumed') return { standing, cuts: body.keep, certain: body.keep, touched };
  const added = 'cuts' in body ? body.cuts.length : 0;
  return { standing, cuts: cuts + added, certain: body.kind === 'closed' ? cuts : cuts + added, touched };
};

/** Reads what a scope has. Memory grows with its entries, 44 characters each. */
export const readExisting = async (
  journal: Journal,
  scope: ScopeKey,
  options: CallOptions,
): Promise<Existing> => {
  const entries = new Map<string, number>();
  const sources = new Map<string, PlannedSource>();
  const jobs = new Map<string, Pick<JobRecord, 'state' | 'source'>>();
  const operations = new Set<string>();
  const forgotten = new Set<string>();
  for await (const { recordedAt, body } of journal.read({ scope, ...options })) {
    const name = digest(recordedAt, body);
    entries.set(name, (entries.get(name) ?? 0) + 1);
    if (body.kind === 'job') jobs.set(body.job.id, body.job);
    if (body.kind === 'operation') operations.add(body.operation.id);
    if (body.kind === 'forgotten') for (const id of body.ids) forgotten.add(id);
    const draft = draftOf(body, '');
    if (draft.source === undefined) continue;
    // Its id was given to another message since.
    forgotten.delete(draft.source);
    const known = sources.get(draft.source);
    const next = stepSource(draft, known?.standing);
    if (!('failure' in next)) sources.set(draft.source, advance(known, body, next, false));
  }
  return { entries, sources, jobs, operations, forgotten };
};

/** The cuts of an entry must rise and stay within its text, and those that end a source must reach its end. */
const checkCuts = (body: EntryBody, known: PlannedSource | undefined, line: number): void => {
  if (!('cuts' in body)) return;
  const length = lengthOfText(body, known?.standing.length ?? 0);
  let last = 0;
  for (const [end] of body.cuts) {
    if (end <= last || end > length) throw lineError(line, `cuts its text of ${length} characters at ${end}`);
    last = end;
  }
};

/** Begins a merge into a scope that has `existing`. */
export const createMergePlan = (existing: Existing): MergePlan => {
  const left = new Map(existing.entries);
  const sources = new Map(existing.sources);
  const jobs = new Map(existing.jobs);

  const isKnown = ({ at, body }: ArchivedEntry): boolean => {
    const name = digest(at, body);
    const count = left.get(name) ?? 0;
    if (count > 0) left.set(name, count - 1);
    return count > 0;
  };

  const apply = (id: string, body: EntryBody, line: number): void => {
    const known = sources.get(id);
    const next = stepSource(draftOf(body, ''), known?.standing);
    if ('failure' in next) {
      // A source that was here before has gone another way; else the archive contradicts itself.
      if (!existing.sources.has(id)) throw lineError(line, `cannot be: ${next.failure.message}`);
      throw new RetentiveError(
        'IDEMPOTENCY_CONFLICT',
        `line ${line} of the archive goes another way than what is stored: ${next.failure.message}`,
        { details: { line, id } },
      );
    }
    if (body.kind === 'resumed' && body.keep > (known?.cuts ?? 0)) {
      throw lineError(line, `keeps ${body.keep} of ${known?.cuts ?? 0} chunks`);
    }
    checkCuts(body, known, line);
    sources.set(id, advance(known, body, next, true));
  };

  /** False for a job that this scope has done itself: it is not done twice. */
  const applyJob = (job: JobRecord, line: number): boolean => {
    const { id, source } = job;
    if (existing.jobs.get(id)?.state === 'done') return false;
    if (!sources.has(source)) throw lineError(line, `has a job for "${source}", which is not before it`);
    const from = jobs.get(id);
    const standing =
      from === undefined || from.state === 'done'
        ? undefined
        : { state: from.state, source: from.source, isOwn: true };
    const draft = draftOf({ kind: 'job', job }, '').job;
    const next = draft === undefined ? undefined : stepJob(draft, standing);
    if (next !== undefined && 'failure' in next) {
      if (existing.jobs.has(id)) return false;
      throw lineError(line, `cannot be: ${next.failure.message}`);
    }
    jobs.set(id, job);
    return true;
  };

  /** False where the same was done here already, at another time: what is here stays. */
  const isNew = (body: EntryBody, line: number): boolean => {
    if (body.kind === 'job') return applyJob(body.job, line);
    return body.kind !== 'operation' || !existing.operations.has(body.operation.id);
  };

  return {
    step(entry) {
      const { body, at, keys, line } = entry;
      if (isKnown(entry)) return [];
      if (!isNew(body, line)) return [];
      const planned: PlannedEntry[] = [];
      const id = draftOf(body, '').source;
      if (id !== undefined) {
        const known = sources.get(id);
        // An earlier import tore what was still streaming then; here is how it went on.
        const goesOn = body.kind === 'text' || body.kind === 'closed';
        if (goesOn && known?.standing.state === 'torn' && existing.sources.has(id) && !known.touched) {
          const resumed: EntryBody = { kind: 'resumed', id: id as SourceId, keep: known.certain };
          apply(id, resumed, line);
          planned.push({ body: resumed, recorded: { at } });
        }
        apply(id, body, line);
      }
      planned.push({ body, recorded: { at, ...(keys.length === 0 ? {} : { keys }) } });
      return planned;
    },
    open: () =>
      [...sources]
        .filter(([, { standing, touched }]) => touched && standing.state === 'open')
        .map(([id]) => id as SourceId),
  };
};
