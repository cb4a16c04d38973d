// Makes what stands beside the entries anew from them: the tables of sources and jobs, where entries are filed, indexes.

import { stepSource } from './batch-rules.js';

/** @import { Driver } from './sqlite-driver.js' */
/** @import { EntryBody, JobRecord } from './journal.ts' */
/** @import { EntryDraft, RepairCounts, SourceStanding } from './writer-protocol.ts' */

/** Entries read at a time. */
const PAGE_ROWS = 500;

/**
 * @typedef {SourceStanding & { scope: number, id: string }} WalkedSource
 * @typedef {{ scope: number, sequence: number, record: JobRecord }} WalkedJob
 */

/** @param {EntryBody} body @returns {EntryDraft | undefined} what the rules need of an entry of a source */
const sourceDraft = (body) => {
  const { kind } = body;
  switch (kind) {
    case 'source':
      return { kind, body: '', source: body.source.id, state: body.state, length: body.text.length };
    case 'text':
      return { kind, body: '', source: body.id, offset: body.offset, length: body.text.length };
    case 'closed':
      return { kind, body: '', source: body.id, state: body.state, length: body.length };
    case 'resumed':
      return { kind, body: '', source: body.id };
    default:
      return undefined;
  }
};

/**
 * Walks through every entry and gives what stands beside them. `onFiled` is told under which source (0 for none) each
 * entry belongs. Entries that cannot be are passed over: they are for a person.
 * @param {Driver} database
 * @param {(sequence: number, filed: number, was: number) => void} onFiled
 */
const walk = (database, onFiled) => {
  const select = database.prepare(
    `SELECT sequence, scope, coalesce(source, 0), body FROM entries
     WHERE sequence > ? AND kind <> 'erased' ORDER BY sequence LIMIT ?`,
  );
  /** @type {Map<string, WalkedSource>} */
  const sources = new Map();
  /** @type {Map<string, WalkedJob>} */
  const jobs = new Map();

  /** @param {number} sequence @param {number} scope @param {EntryBody} body @returns {number} */
  const step = (sequence, scope, body) => {
    if (body.kind === 'output') return sources.get(`${scope}:${body.source}`)?.sequence ?? 0;
    if (body.kind === 'job') {
      const { id, state } = body.job;
      if (state === 'done') jobs.delete(id);
      else jobs.set(id, { scope, sequence: jobs.get(id)?.sequence ?? sequence, record: body.job });
    }
    const draft = sourceDraft(body);
    if (draft === undefined) return 0;
    const name = `${scope}:${draft.source}`;
    const known = sources.get(name);
    const next = stepSource(draft, known);
    if ('failure' in next) return known?.sequence ?? 0;
    const first = known?.sequence ?? sequence;
    sources.set(name, { ...next, sequence: first, scope, id: draft.source ?? '' });
    return first;
  };

  let after = 0;
  for (let rows = select.all(after, PAGE_ROWS); rows.length > 0; rows = select.all(after, PAGE_ROWS)) {
    for (const [sequence, scope, was, text] of rows) {
      after = Number(sequence);
      try {
        onFiled(after, step(after, Number(scope), JSON.parse(String(text))), Number(was));
      } catch {
        // No JSON, or of no known shape: the check names it.
      }
    }
  }
  return { sources, jobs };
};

/**
 * @param {Driver} database
 * @param {Map<string, WalkedSource>} sources
 * @returns {number} rows that were changed
 */
const repairSources = (database, sources) => {
  const remove = database.prepare('DELETE FROM sources WHERE id = ? AND scope = ?');
  const put = database.prepare(
    `INSERT INTO sources (id, scope, sequence, state, length, hash) VALUES (?, ?, ?, ?, ?, NULL)
     ON CONFLICT (id, scope) DO UPDATE SET sequence = excluded.sequence, state = excluded.state,
       length = excluded.length`,
  );
  let changed = 0;
  const left = new Map(sources);
  for (const [id, scope, sequence, state, length] of database
    .prepare('SELECT id, scope, sequence, state, length FROM sources')
    .all()) {
    const name = `${scope}:${id}`;
    const walked = sources.get(name);
    if (walked === undefined) {
      remove.run(id ?? '', scope ?? 0);
      changed += 1;
    } else if (walked.sequence === sequence && walked.state === state && walked.length === length) {
      left.delete(name);
    }
  }
  for (const { id, scope, sequence, state, length } of left.values()) {
    put.run(id, scope, sequence, state, length);
    changed += 1;
  }
  return changed;
};

/** @param {Driver} database @param {Map<string, WalkedJob>} jobs @returns {number} rows that were changed */
const repairJobs = (database, jobs) => {
  const remove = database.prepare('DELETE FROM jobs WHERE id = ?');
  const put = database.prepare(
    `INSERT OR REPLACE INTO jobs (id, scope, kind, payload, state, attempts, run_after, last_error, sequence)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  let changed = 0;
  const left = new Map(jobs);
  for (const [id, scope, payload, state, sequence] of database
    .prepare('SELECT id, scope, payload, state, sequence FROM jobs')
    .all()) {
    const walked = jobs.get(String(id));
    if (walked === undefined) {
      remove.run(id ?? '');
      changed += 1;
    } else if (
      walked.scope === scope &&
      JSON.stringify(walked.record) === payload &&
      walked.record.state === state &&
      walked.sequence === sequence
    ) {
      left.delete(String(id));
    }
  }
  for (const [id, { scope, sequence, record }] of left) {
    const { type, state, attempts, runAfter = 0, error = null } = record;
    put.run(id, scope, type, JSON.stringify(record), state, attempts, runAfter, error, sequence);
    changed += 1;
  }
  return changed;
};

/**
 * Repairs in one transaction. Keys cannot be made from entries: those that name no source are dropped, the others stay.
 * @param {Driver} database
 * @returns {RepairCounts}
 */
export const repairJournal = (database) => {
  database.exec('BEGIN IMMEDIATE');
  try {
    // Before anything is looked up in them.
    database.exec('REINDEX');
    const file = database.prepare('UPDATE entries SET source = ? WHERE sequence = ?');
    /** @type {[number, number][]} */
    const moves = [];
    const { sources, jobs } = walk(database, (sequence, filed, was) => {
      if (filed !== was) moves.push([filed, sequence]);
    });
    for (const [filed, sequence] of moves) file.run(filed === 0 ? null : filed, sequence);
    const counts = { sources: repairSources(database, sources), jobs: repairJobs(database, jobs) };
    const dangling = `FROM keys WHERE NOT EXISTS (
      SELECT 1 FROM sources WHERE sources.id = keys.source AND sources.scope = keys.scope)`;
    const keys = Number(database.prepare(`SELECT count(*) ${dangling}`).get()?.[0]);
    if (keys > 0) database.exec(`DELETE ${dangling}`);
    database.exec('COMMIT');
    return { ...counts, keys, filed: moves.length };
  } catch (error) {
    if (database.isInTransaction()) database.exec('ROLLBACK');
    throw error;
  }
};
