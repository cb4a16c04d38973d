import { RetentiveError } from '@retentive/core';
import { stepJob, stepSource } from './batch-rules.js';
import { draftOf, parseBody } from './entry-draft.ts';
import type { Cut, EntryBody, JobRecord, JournalFault, SequenceRange } from './journal.ts';
import type { AuditState, EntryRow, JobDraft, JobRow, SourceRow, SourceStanding } from './writer-protocol.ts';

/** More faults than this help nobody; the rest is counted. */
const MAX_FAULTS = 100;

/** A walk through a whole journal that remembers what each source should look like. */
export interface JournalWalk {
  /** The next entry; `filedUnder` is the sequence of the source its row is filed under, 0 for none. */
  entry(row: EntryRow, filedUnder: number): void;
  /** A fault that was found in another way. */
  report(check: string, problem: string): void;
  /** Compares what was walked through with the tables beside the entries, and gives every fault. Without tables: the faults so far. */
  finish(state?: AuditState): readonly JournalFault[];
}

interface WalkedSource {
  readonly standing: SourceStanding;
  readonly scope: number;
  readonly id: string;
  /** Ends of its chunks; dropped once it is complete, for then they cannot change. */
  readonly ends: readonly number[];
}

const cutProblem = (ends: readonly number[], cuts: readonly Cut[], length: number): string | undefined => {
  let last = ends.at(-1) ?? 0;
  for (const [end] of cuts) {
    if (end <= last) return `a cut at ${end} does not lie after the one at ${last}`;
    last = end;
  }
  return last > length ? `a cut at ${last} lies beyond the text, which has ${length}` : undefined;
};

/** Ranges in order, those that touch joined. */
const joinRanges = (ranges: readonly SequenceRange[]): readonly SequenceRange[] => {
  const joined: [number, number][] = [];
  for (const [first, last] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const before = joined.at(-1);
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else joined.push([first, last]);
  }
  return joined;
};

/** What of `ranges` is not in `others`; both joined. */
const rangesBeyond = (
  ranges: readonly SequenceRange[],
  others: readonly SequenceRange[],
): readonly SequenceRange[] => {
  const beyond: SequenceRange[] = [];
  let at = 0;
  for (const [first, last] of ranges) {
    let from = first;
    while (at < others.length && (others[at] as SequenceRange)[1] < from) at += 1;
    for (let next = at; next < others.length && (others[next] as SequenceRange)[0] <= last; next += 1) {
      const [otherFirst, otherLast] = others[next] as SequenceRange;
      if (from < otherFirst) beyond.push([from, otherFirst - 1]);
      from = otherLast + 1;
    }
    if (from <= last) beyond.push([from, last]);
  }
  return beyond;
};

const cutsOf = (body: EntryBody): readonly Cut[] => ('cuts' in body ? body.cuts : []);

const isClosing = (body: EntryBody): boolean =>
  body.kind === 'closed' || (body.kind === 'source' && body.state === 'complete');

/** Starts a walk. Memory grows with the number of sources, waiting jobs and erasures, not of entries. */
export const createJournalWalk = (): JournalWalk => {
  const faults: JournalFault[] = [];
  const sources = new Map<string, WalkedSource>();
  const jobs = new Map<string, JobRow>();
  const gaps: SequenceRange[] = [];
  const forgotten: SequenceRange[] = [];
  let next = 1;
  let unreported = 0;

  const report = (check: string, problem: string): void => {
    if (faults.length < MAX_FAULTS) faults.push({ check, problem });
    else unreported += 1;
  };

  const bodyOf = (text: string, sequence: number): EntryBody | undefined => {
    try {
      return parseBody(text, sequence);
    } catch (error) {
      report('body', error instanceof RetentiveError ? error.message : `entry ${sequence} cannot be read`);
      return undefined;
    }
  };

  const nextEnds = (known: readonly number[], body: EntryBody, length: number, at: string): number[] => {
    if (body.kind === 'resumed') {
      if (body.keep > known.length) report('cuts', `${at} keeps ${body.keep} of ${known.length} cuts`);
      return known.slice(0, body.keep);
    }
    const problem = cutProblem(known, cutsOf(body), length);
    if (problem !== undefined) report('cuts', `${at}: ${problem}`);
    const ends = [...known, ...cutsOf(body).map(([end]) => end)];
    if (isClosing(body) && length > 0 && ends.at(-1) !== length) {
      report('cuts', `${at} ends its source at ${length}, but its cuts end at ${ends.at(-1) ?? 0}`);
    }
    return ends;
  };

  const stepped = (scope: number, body: EntryBody, sequence: number, filedUnder: number): void => {
    const draft = draftOf(body, '');
    const at = `entry ${sequence}`;
    if (draft.job !== undefined) stepWaiting(scope, draft.job, sequence);
    if (draft.source === undefined) {
      const about = sources.get(`${scope}:${draft.about ?? ''}`)?.standing.sequence ?? 0;
      if (filedUnder !== about) {
        report('source', `${at} is filed under source ${filedUnder}, but is about ${about || 'none'}`);
      }
      return;
    }
    const name = `${scope}:${draft.source}`;
    const known = sources.get(name);
    const standing = stepSource(draft, known?.standing);
    if ('failure' in standing) {
      report('source', `${at}: ${standing.failure.message}`);
      return;
    }
    const first = known?.standing.sequence ?? sequence;
    if (filedUnder !== first) report('source', `${at} is filed under source ${filedUnder}, not ${first}`);
    const ends = nextEnds(known?.ends ?? [], body, standing.length, at);
    sources.set(name, {
      standing: { ...standing, sequence: first },
      scope,
      id: draft.source,
      ends: standing.state === 'complete' ? [] : ends,
    });
  };

  const stepWaiting = (scope: number, { id, source, state, record }: JobDraft, sequence: number): void => {
    const known = jobs.get(id);
    const standing = known && {
      state: known.state,
      source: (JSON.parse(known.record) as JobRecord).source,
      isOwn: known.scope === scope,
    };
    const step = stepJob({ id, source, state, record, type: '', attempts: 0 }, standing);
    if ('failure' in step) report('job', `entry ${sequence}: ${step.failure.message}`);
    else if (!sources.has(`${scope}:${source}`)) {
      report('job', `entry ${sequence}: no source "${source}" in its scope`);
    } else if (step.standing === undefined) jobs.delete(id);
    else jobs.set(id, { scope, id, state, record, sequence: known?.sequence ?? sequence });
  };

  const compareGaps = (): void => {
    const named = joinRanges(forgotten);
    for (const [first, last] of rangesBeyond(gaps, named)) {
      report('sequence', `entries ${first} to ${last} are missing, and none says that they were forgotten`);
    }
    // Whether anything is missing behind the last entry cannot be told.
    const open: SequenceRange = [next, Number.POSITIVE_INFINITY];
    for (const [first, last] of rangesBeyond(named, [...gaps, open])) {
      report('sequence', `entries ${first} to ${last} are said to be forgotten, but are there`);
    }
  };

  const compareJob = (row: JobRow): void => {
    const walked = jobs.get(row.id);
    jobs.delete(row.id);
    if (walked === undefined) report('job', `job "${row.id}" is listed, but its entries leave none waiting`);
    else if (
      walked.scope !== row.scope ||
      walked.state !== row.state ||
      walked.record !== row.record ||
      walked.sequence !== row.sequence
    ) {
      report('job', `job "${row.id}" is listed as ${row.state}, but its entries make it another`);
    }
  };

  const compare = (row: SourceRow): void => {
    const name = `${row.scope}:${row.id}`;
    const standing = sources.get(name)?.standing;
    sources.delete(name);
    if (standing === undefined) {
      report('source', `"${row.id}" is listed, but no entry begins it`);
    } else if (
      standing.state !== row.state ||
      standing.length !== row.length ||
      standing.sequence !== row.sequence
    ) {
      const listed = `${row.state} with ${row.length} from entry ${row.sequence}`;
      const walked = `${standing.state} with ${standing.length} from entry ${standing.sequence}`;
      report('source', `"${row.id}" is listed as ${listed}, but its entries make it ${walked}`);
    }
  };

  return {
    entry([sequence, scope, , text], filedUnder) {
      if (sequence > next) gaps.push([next, sequence - 1]);
      if (sequence < next) report('sequence', `entry ${sequence} follows ${next - 1}`);
      next = sequence + 1;
      const body = bodyOf(text, sequence);
      if (body?.kind === 'forgotten') forgotten.push(...body.sequences);
      if (body !== undefined) stepped(scope, body, sequence, filedUnder);
    },
    report,
    finish(state) {
      if (state !== undefined) {
        forgotten.push(...state.erased);
        compareGaps();
        for (const row of state.sources) compare(row);
        for (const { id } of sources.values()) report('source', `"${id}" has entries, but is not listed`);
        for (const row of state.jobs) compareJob(row);
        for (const { id } of jobs.values()) report('job', `job "${id}" waits, but is not listed`);
        if (state.danglingKeys > 0) report('keys', `${state.danglingKeys} keys name no source`);
      }
      return unreported === 0
        ? faults
        : [...faults, { check: 'report', problem: `${unreported} more faults are not listed` }];
    },
  };
};
