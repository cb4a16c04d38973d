// The rules of sources, keys and jobs, in one place for every journal. Plain JavaScript, because the writer's worker runs it
// as it stands; it throws nothing and imports nothing.

/** @import { AppendOutcome, BatchDraft, EntryDraft, EraseDraft, Failure, JobDraft, JobStanding, SourceStanding } from './writer-protocol.ts' */

/**
 * What a batch would do: refuse, repeat an earlier source, or leave its sources standing as in `standings`.
 * @typedef {{ failure: Failure } | { replayed: string } | { standings: Map<string, SourceStanding> }} BatchPlan
 */

/**
 * What a journal can be asked about the scope of the batch.
 * @typedef {{
 *   source(id: string): SourceStanding | undefined,
 *   key(key: string): { hash: string, source: string } | undefined,
 *   job(id: string): JobStanding | undefined,
 * }} BatchLookup
 */

/** The key that a source's own id is. @param {string} id */
export const idKey = (id) => `id:${id}`;

/**
 * @param {Failure['code']} code
 * @param {string} message
 * @param {Record<string, unknown>} details
 * @returns {{ failure: Failure }}
 */
const refuse = (code, message, details) => ({ failure: { code, message, details } });

/**
 * @param {EntryDraft} entry
 * @param {string} id
 * @param {SourceStanding} standing
 * @returns {{ failure: Failure } | SourceStanding}
 */
const stepKnown = (entry, id, standing) => {
  const details = { id, state: standing.state };
  switch (entry.kind) {
    case 'source':
      return refuse('IDEMPOTENCY_CONFLICT', `the id "${id}" is taken by another source of this scope`, {
        id,
      });
    case 'resumed':
      if (standing.state === 'complete') {
        return refuse('MESSAGE_CLOSED', `"${id}" is complete and cannot be resumed`, details);
      }
      if (standing.state === 'open') {
        return refuse('OPTION_INVALID', `"${id}" is open: only a torn source can be resumed`, details);
      }
      return { ...standing, state: 'open' };
    case 'text':
      if (standing.state !== 'open') {
        return refuse('MESSAGE_CLOSED', `"${id}" is ${standing.state} and takes no more text`, details);
      }
      if (entry.offset !== standing.length) {
        const message = `text for "${id}" must continue at offset ${standing.length}, got ${entry.offset}`;
        return refuse('OFFSET_INVALID', message, { id, offset: entry.offset, length: standing.length });
      }
      return { ...standing, length: standing.length + (entry.length ?? 0) };
    default:
      if (standing.state !== 'open') {
        return refuse('MESSAGE_CLOSED', `"${id}" is ${standing.state} and cannot be closed again`, details);
      }
      if (entry.length !== standing.length) {
        const message = `"${id}" has ${standing.length} characters, its end was written for ${entry.length}: another writer went on with it`;
        return refuse('OFFSET_INVALID', message, { id, length: standing.length });
      }
      return { ...standing, state: entry.state ?? 'torn' };
  }
};

/**
 * How a source stands after an entry about it, or why the entry cannot be.
 * @param {EntryDraft} entry
 * @param {SourceStanding | undefined} standing
 * @returns {{ failure: Failure } | SourceStanding}
 */
export const stepSource = (entry, standing) => {
  const id = entry.source ?? '';
  if (standing !== undefined) return stepKnown(entry, id, standing);
  if (entry.kind === 'source')
    return { state: entry.state ?? 'open', length: entry.length ?? 0, sequence: 0 };
  return refuse('MESSAGE_NOT_FOUND', `no source "${id}" in this scope`, { id });
};

/**
 * How a job stands after an entry about it, or why the entry cannot be. A job that is done stands no more.
 * @param {JobDraft} job
 * @param {JobStanding | undefined} standing
 * @returns {{ failure: Failure } | { standing: JobStanding | undefined }}
 */
export const stepJob = ({ id, source, state }, standing) => {
  if (standing !== undefined && !standing.isOwn) {
    return refuse('IDEMPOTENCY_CONFLICT', `the id "${id}" is taken by a job of another scope`, { id });
  }
  if (standing !== undefined && standing.source !== source) {
    return refuse('IDEMPOTENCY_CONFLICT', `the job "${id}" is about another source, "${standing.source}"`, {
      id,
      source: standing.source,
    });
  }
  const from = standing?.state ?? 'done';
  if (state !== 'queued' && from !== 'queued') {
    return refuse('IDEMPOTENCY_CONFLICT', `the job "${id}" does not wait: it is ${from}`, {
      id,
      state: from,
    });
  }
  return { standing: state === 'done' ? undefined : { state, source, isOwn: true } };
};

/**
 * Refuses what is to be filed under a source that is not there.
 * @param {string | undefined} id
 * @param {BatchLookup} lookup
 * @param {ReadonlyMap<string, SourceStanding>} standings of the sources that the batch changed so far
 * @returns {{ failure: Failure } | undefined}
 */
const refuseUnknown = (id, lookup, standings) =>
  id === undefined || standings.has(id) || lookup.source(id) !== undefined
    ? undefined
    : refuse('MESSAGE_NOT_FOUND', `no source "${id}" in this scope`, { id });

/**
 * Decides on the jobs of a batch, one after the other.
 * @param {BatchLookup} lookup
 * @param {ReadonlyMap<string, SourceStanding>} standings of the sources that the batch changed so far
 * @returns {(job: JobDraft) => { failure: Failure } | undefined}
 */
const createJobPlan = (lookup, standings) => {
  /** @type {Map<string, JobStanding | undefined>} */
  const jobs = new Map();
  return (job) => {
    const unknown = refuseUnknown(job.source, lookup, standings);
    if (unknown !== undefined) return unknown;
    const next = stepJob(job, jobs.has(job.id) ? jobs.get(job.id) : lookup.job(job.id));
    if ('failure' in next) return next;
    jobs.set(job.id, next.standing);
    return undefined;
  };
};

/**
 * The earlier source that the keys of the batch name, if any. All keys must agree: on the hash, and on the source.
 * @param {BatchDraft} batch
 * @param {BatchLookup} lookup
 * @returns {{ failure: Failure } | { replayed: string } | undefined}
 */
const findReplay = (batch, lookup) => {
  const id = batch.entries[0]?.source ?? '';
  const own = lookup.source(id);
  /** @type {string | undefined} */
  let replayed;
  for (const { key, hash } of batch.keys) {
    const known = key !== idKey(id) ? lookup.key(key) : own && { hash: own.hash, source: id };
    if (known === undefined) continue;
    if (known.hash !== hash || (replayed !== undefined && replayed !== known.source)) {
      return refuse('IDEMPOTENCY_CONFLICT', `the key "${key}" was used for another source`, {
        key,
        source: known.source,
      });
    }
    replayed = known.source;
  }
  if (own !== undefined && replayed !== id) {
    return refuse('IDEMPOTENCY_CONFLICT', `the id "${id}" is taken by another source of this scope`, { id });
  }
  return replayed === undefined ? undefined : { replayed };
};

/**
 * A key of an imported source that stands for another one already.
 * @param {EntryDraft} entry
 * @param {BatchLookup} lookup
 * @returns {{ failure: Failure } | undefined}
 */
const findConflict = ({ source = '', keys = [] }, lookup) => {
  for (const { key } of keys) {
    const known = key === idKey(source) ? undefined : lookup.key(key);
    if (known === undefined) continue;
    return refuse('IDEMPOTENCY_CONFLICT', `the key "${key}" was used for another source`, {
      key,
      source: known.source,
    });
  }
  return undefined;
};

/**
 * Decides on a batch before anything of it is written.
 * @param {BatchDraft} batch
 * @param {BatchLookup} lookup
 * @returns {BatchPlan}
 */
export const planBatch = (batch, lookup) => {
  if (batch.entries[0]?.kind === 'source') {
    const replay = findReplay(batch, lookup);
    if (replay !== undefined) return replay;
  }
  /** @type {Map<string, SourceStanding>} */
  const standings = new Map();
  const planJob = createJobPlan(lookup, standings);
  for (const entry of batch.entries) {
    const refusal = (entry.job && planJob(entry.job)) ?? refuseUnknown(entry.about, lookup, standings);
    if (refusal !== undefined) return refusal;
    if (entry.source === undefined) continue;
    const next = stepSource(entry, standings.get(entry.source) ?? lookup.source(entry.source));
    if ('failure' in next) return next;
    const own = entry.keys?.find(({ key }) => key === idKey(entry.source ?? ''));
    standings.set(entry.source, own === undefined ? next : { ...next, hash: own.hash });
    const conflict = findConflict(entry, lookup);
    if (conflict !== undefined) return conflict;
  }
  const first = batch.entries[0]?.source;
  const hash = batch.keys.find(({ key }) => first !== undefined && key === idKey(first))?.hash;
  const standing = first === undefined ? undefined : standings.get(first);
  if (first !== undefined && standing !== undefined && hash !== undefined) {
    standings.set(first, { ...standing, hash });
  }
  return { standings };
};

/** Kinds that are about no source: these can be taken out, or replaced, one by one. */
const FREE_KINDS = ['operation', 'context', 'access', 'output'];

/**
 * Why an erasure cannot be, if it cannot. `kind` gives the kind of an entry of the scope.
 * @param {EraseDraft} erase
 * @param {{ source(id: string): SourceStanding | undefined, kind(sequence: number): string | undefined }} lookup
 * @returns {{ failure: Failure } | undefined}
 */
export const refuseErasure = ({ sources, sequences, replaced }, lookup) => {
  for (const id of sources) {
    const standing = lookup.source(id);
    if (standing === undefined) {
      return refuse('MESSAGE_NOT_FOUND', `no source "${id}" in this scope`, { id });
    }
    if (standing.state === 'open') {
      return refuse('OPTION_INVALID', `"${id}" is open: only what has ended can be erased`, { id });
    }
  }
  for (const sequence of [...sequences, ...replaced.map((entry) => entry.sequence)]) {
    if (!FREE_KINDS.includes(lookup.kind(sequence) ?? '')) {
      const message = `entry ${sequence} is none of this scope that can be erased or replaced alone`;
      return refuse('OPTION_INVALID', message, { sequence });
    }
  }
  const other = replaced.find(({ sequence, kind }) => lookup.kind(sequence) !== kind);
  if (other !== undefined) {
    const message = `entry ${other.sequence} is of kind ${lookup.kind(other.sequence)}, not ${other.kind}`;
    return refuse('OPTION_INVALID', message, { sequence: other.sequence });
  }
  return undefined;
};

/**
 * JSON of the entry that says what an erasure took.
 * @param {EraseDraft} erase
 * @param {readonly number[]} gone
 */
export const forgottenBody = ({ ids, replaced }, gone) => {
  /** @type {[first: number, last: number][]} */
  const sequences = [];
  for (const sequence of [...gone].sort((a, b) => a - b)) {
    const range = sequences.at(-1);
    if (range !== undefined && sequence <= range[1] + 1) range[1] = sequence;
    else sequences.push([sequence, sequence]);
  }
  const changed = replaced.map(({ sequence }) => sequence);
  return JSON.stringify({ kind: 'forgotten', ids, sequences, replaced: changed });
};
