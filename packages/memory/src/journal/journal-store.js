// The journal on one SQLite file, as its only writer sees it: synchronous, run in the writer's thread.

import { forgottenBody, idKey, planBatch, refuseErasure } from './batch-rules.js';
import { failureOf } from './failure.js';
import { createScopeErasure, ERASED_SCOPE, rewriteIfPending } from './scope-erasure.js';

/** @import { Driver } from './sqlite-driver.js' */
/** @import { AppendOutcome, BatchDraft, EntryDraft, EraseDraft, Failure, JobDraft, JobStateName, NumberedScope, SourceStanding, SourceStateName } from './writer-protocol.ts' */

/** Open sources are remembered between groups; sources that nobody closes must not fill the memory. */
const MAX_REMEMBERED_SOURCES = 10_000;

/** Kind of an entry whose bytes were overwritten; nobody gets to see it. */
const ERASED = 'erased';

/** What a page of the file holds of a text that goes on over further pages of its own (page size less a pointer). */
const OVERFLOW_BYTES = 4_092;

/** @param {BatchDraft | { tenant: string, user: string }} scope */
const scopeName = ({ tenant, user }) => JSON.stringify([tenant, user]);

/**
 * What the writer keeps in memory: scopes and their numbers, the next sequence, and open sources.
 * @param {Driver} database
 */
const createMemory = (database) => {
  const selectScopes = database.prepare('SELECT id, tenant, user FROM scopes ORDER BY id');
  const selectLast = database.prepare('SELECT coalesce(max(sequence), 0) FROM entries');
  const memory = {
    /** @type {Map<string, number>} */
    scopeNumbers: new Map(),
    /** @type {NumberedScope[]} */
    scopes: [],
    next: 1,
    /** @type {Map<string, SourceStanding>} */
    standings: new Map(),
    /** Sources that the running transaction changed; they are written once, before it commits. @type {Map<string, { scope: number, id: string, isNew: boolean }>} */
    changed: new Map(),
    /** @param {NumberedScope} scope */
    addScope(scope) {
      memory.scopes[scope.number] = scope;
      memory.scopeNumbers.set(scopeName(scope), scope.number);
    },
    /** @param {number} number */
    dropScope(number) {
      const scope = memory.scopes[number];
      if (scope === undefined) return;
      memory.scopeNumbers.delete(scopeName(scope));
      // Its place stays empty: rows of this transaction may still be counted from the length.
      delete memory.scopes[number];
      for (const known of [memory.standings, memory.changed]) {
        for (const name of known.keys()) if (name.startsWith(`${number}:`)) known.delete(name);
      }
    },
    /** Forgets everything that a failed transaction may have left. */
    reload() {
      memory.scopeNumbers.clear();
      memory.scopes.length = 0;
      memory.standings.clear();
      memory.changed.clear();
      for (const [number, tenant, user] of selectScopes.all()) {
        if (number === ERASED_SCOPE) continue;
        memory.addScope({ number: Number(number), tenant: String(tenant), user: String(user) });
      }
      memory.next = Number(selectLast.get()?.[0]) + 1;
    },
  };
  memory.reload();
  return memory;
};

/** @typedef {ReturnType<typeof createMemory>} StoreMemory */

/** @param {Driver} database @param {string} file */
export const createStore = (database, file) => {
  const memory = createMemory(database);
  const begin = database.prepare('BEGIN IMMEDIATE');
  const commit = database.prepare('COMMIT');
  const insertScope = database.prepare('INSERT INTO scopes (id, tenant, user) VALUES (?, ?, ?)');
  const insertEntry = database.prepare(
    'INSERT INTO entries (sequence, scope, kind, source, recorded_at, body) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const insertSource = database.prepare(
    'INSERT INTO sources (id, scope, sequence, state, length, hash) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const updateSource = database.prepare(
    'UPDATE sources SET state = ?, length = ? WHERE id = ? AND scope = ?',
  );
  const selectSource = database.prepare(
    'SELECT state, length, sequence, hash FROM sources WHERE id = ? AND scope = ?',
  );
  const insertKey = database.prepare(
    'INSERT OR REPLACE INTO keys (scope, key, hash, source) VALUES (?, ?, ?, ?)',
  );
  const selectKey = database.prepare('SELECT hash, source FROM keys WHERE scope = ? AND key = ?');
  const selectJob = database.prepare(
    "SELECT scope, state, json_extract(payload, '$.source') FROM jobs WHERE id = ?",
  );
  const upsertJob = database.prepare(
    `INSERT INTO jobs (id, scope, kind, payload, state, attempts, run_after, last_error, sequence)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET payload = excluded.payload, state = excluded.state,
       attempts = excluded.attempts, run_after = excluded.run_after, last_error = excluded.last_error,
       lease_owner = NULL, lease_until = NULL`,
  );
  const deleteJob = database.prepare('DELETE FROM jobs WHERE id = ?');
  const selectKind = database.prepare('SELECT kind FROM entries WHERE sequence = ? AND scope = ?');
  const selectSize = database.prepare(
    'SELECT length(CAST(body AS BLOB)), length(kind) FROM entries WHERE sequence = ?',
  );
  const updateEntry = database.prepare('UPDATE entries SET kind = ?, body = ? WHERE sequence = ?');
  // The entries of a source, then the jobs and pins that name it: those are not filed under it.
  const selectAbout = database.prepare(
    `SELECT ?1 AS sequence
     UNION SELECT sequence FROM entries WHERE source = ?1 AND source <> sequence
     UNION SELECT sequence FROM entries WHERE scope = ?2 AND ?3 = CASE kind
       WHEN 'job' THEN json_extract(body, '$.job.source') WHEN 'pin' THEN json_extract(body, '$.id') END`,
  );
  const deleteSource = database.prepare('DELETE FROM sources WHERE id = ? AND scope = ?');
  const deleteKeys = database.prepare('DELETE FROM keys WHERE source = ? AND scope = ?');
  const deleteJobs = database.prepare(
    "DELETE FROM jobs WHERE json_extract(payload, '$.source') = ? AND scope = ?",
  );
  const cutLog = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)');
  const eraseScopes = createScopeErasure(database, memory);

  /** @param {number} scope @param {string} id @returns {SourceStanding | undefined} */
  const findSource = (scope, id) => {
    const known = memory.standings.get(`${scope}:${id}`);
    if (known !== undefined) return known;
    const row = selectSource.get(id, scope);
    if (row === undefined) return undefined;
    const [state, length, sequence, hash] = row;
    return {
      state: /** @type {SourceStateName} */ (state),
      length: Number(length),
      sequence: Number(sequence),
      hash: hash === null ? undefined : String(hash),
    };
  };

  /** @param {number} scope @param {string} key */
  const findKey = (scope, key) => {
    const row = selectKey.get(scope, key);
    return row === undefined ? undefined : { hash: String(row[0]), source: String(row[1]) };
  };

  /** @param {number | undefined} scope @param {string} id */
  const findJob = (scope, id) => {
    const row = selectJob.get(id);
    if (row === undefined) return undefined;
    return { state: /** @type {JobStateName} */ (row[1]), source: String(row[2]), isOwn: row[0] === scope };
  };

  /** @param {number} scope @param {JobDraft} job @param {number} sequence */
  const writeJob = (scope, { id, type, state, attempts, runAfter, error, record }, sequence) => {
    if (state === 'done') deleteJob.run(id);
    else upsertJob.run(id, scope, type, record, state, attempts, runAfter ?? 0, error ?? null, sequence);
  };

  /** @param {BatchDraft} batch @returns {number} */
  const openScope = ({ tenant, user }) => {
    const known = memory.scopeNumbers.get(scopeName({ tenant, user }));
    if (known !== undefined) return known;
    const number = Math.max(1, memory.scopes.length);
    insertScope.run(number, tenant, user);
    memory.addScope({ number, tenant, user });
    return number;
  };

  /**
   * The sequence of the source that an entry is about, which is noted as changed.
   * @param {number} scope
   * @param {EntryDraft} entry
   * @param {number} sequence of the entry
   * @param {Map<string, SourceStanding>} standings
   * @returns {number | null}
   */
  const sourceOf = (scope, { kind, source: id, about }, sequence, standings) => {
    if (about !== undefined) return (standings.get(about) ?? findSource(scope, about))?.sequence ?? null;
    const standing = id === undefined ? undefined : standings.get(id);
    if (id === undefined || standing === undefined) return null;
    const name = `${scope}:${id}`;
    if (kind === 'source') {
      standings.set(id, { ...standing, sequence });
      memory.changed.set(name, { scope, id, isNew: true });
      return sequence;
    }
    if (!memory.changed.has(name)) memory.changed.set(name, { scope, id, isNew: false });
    return standing.sequence;
  };

  /** @param {BatchDraft} batch @param {Map<string, SourceStanding>} standings @returns {number} */
  const write = (batch, standings) => {
    const scope = openScope(batch);
    const first = memory.next;
    for (const entry of batch.entries) {
      const sequence = memory.next;
      memory.next += 1;
      const source = sourceOf(scope, entry, sequence, standings);
      insertEntry.run(sequence, scope, entry.kind, source, entry.recordedAt ?? batch.recordedAt, entry.body);
      for (const { key, hash } of entry.keys ?? []) {
        if (key !== idKey(entry.source ?? '')) insertKey.run(scope, key, hash, entry.source ?? '');
      }
      if (entry.job !== undefined) writeJob(scope, entry.job, sequence);
    }
    for (const [id, standing] of standings) memory.standings.set(`${scope}:${id}`, standing);
    const source = batch.entries[0]?.source ?? '';
    for (const { key, hash } of batch.keys) {
      if (key !== idKey(source)) insertKey.run(scope, key, hash, source);
    }
    return first;
  };

  /**
   * Overwrites an entry where it lies. Its row stays and keeps its size (less whole pages of a long text): a row that
   * were deleted, or shrank, would make SQLite move its neighbours between pages, and what it moves it leaves behind in
   * the free part of the old page, where a later erasure of the neighbour would not find it.
   * @param {number} sequence
   * @param {string} kind
   * @param {string} body
   */
  const overwrite = (sequence, kind, body) => {
    const [bodyBytes, kindBytes] = (selectSize.get(sequence) ?? []).map(Number);
    const before = (bodyBytes ?? 0) + (kindBytes ?? 0) - kind.length;
    const needed = Buffer.byteLength(body);
    const spare = Math.max(0, before - Math.max(needed, 2 * OVERFLOW_BYTES));
    const size = before - Math.floor(spare / OVERFLOW_BYTES) * OVERFLOW_BYTES;
    // Spaces around JSON are no part of it.
    updateEntry.run(kind, body + ' '.repeat(Math.max(0, size - needed)), sequence);
  };

  /** @param {number} scope @param {string} id @returns {number[]} the entries that were about it */
  const eraseSource = (scope, id) => {
    const first = findSource(scope, id)?.sequence ?? 0;
    const about = selectAbout.all(first, scope, id).map(([sequence]) => Number(sequence));
    deleteSource.run(id, scope);
    deleteKeys.run(id, scope);
    deleteJobs.run(id, scope);
    memory.standings.delete(`${scope}:${id}`);
    memory.changed.delete(`${scope}:${id}`);
    return about;
  };

  /** @param {BatchDraft} batch @param {EraseDraft} erase @returns {AppendOutcome} */
  const carryOut = (batch, erase) => {
    // A scope that nobody has written to has no entries: number 0 is never given.
    const scope = memory.scopeNumbers.get(scopeName(batch)) ?? 0;
    const refusal = refuseErasure(erase, {
      source: (id) => findSource(scope, id),
      kind(sequence) {
        const row = selectKind.get(sequence, scope);
        return row === undefined ? undefined : String(row[0]);
      },
    });
    if (refusal !== undefined) return refusal;
    const gone = [...erase.sequences, ...erase.sources.flatMap((id) => eraseSource(scope, id))];
    for (const sequence of gone) overwrite(sequence, ERASED, '');
    for (const { sequence, kind, body } of erase.replaced) overwrite(sequence, kind, body);
    const body = forgottenBody(erase, gone);
    const sequence = memory.next;
    memory.next += 1;
    insertEntry.run(sequence, openScope(batch), 'forgotten', null, batch.recordedAt, body);
    return { erased: { sequence, body } };
  };

  /** @param {BatchDraft} batch @returns {AppendOutcome} */
  const apply = (batch) => {
    if (batch.erase !== undefined) return carryOut(batch, batch.erase);
    if (batch.eraseScopes !== undefined) return { erasedScopes: { scopes: eraseScopes(batch.eraseScopes) } };
    const scope = memory.scopeNumbers.get(scopeName(batch));
    // The plan asks for a new source twice, and nothing changes while it is made.
    /** @type {Map<string, SourceStanding | undefined>} */
    const found = new Map();
    const plan = planBatch(batch, {
      source(id) {
        if (scope === undefined) return undefined;
        if (!found.has(id)) found.set(id, findSource(scope, id));
        return found.get(id);
      },
      key: (key) => (scope === undefined ? undefined : findKey(scope, key)),
      job: (id) => findJob(scope, id),
    });
    return 'standings' in plan ? write(batch, plan.standings) : plan;
  };

  const writeSources = () => {
    for (const [name, { scope, id, isNew }] of memory.changed) {
      const standing = memory.standings.get(name);
      if (standing === undefined) continue;
      const { state, length, sequence, hash } = standing;
      if (isNew) insertSource.run(id, scope, sequence, state, length, hash ?? null);
      else updateSource.run(state, length, id, scope);
    }
  };

  const forgetClosed = () => {
    for (const name of memory.changed.keys()) {
      if (memory.standings.get(name)?.state !== 'open') memory.standings.delete(name);
    }
    memory.changed.clear();
    if (memory.standings.size > MAX_REMEMBERED_SOURCES) memory.standings.clear();
  };

  /** @returns {Failure | undefined} */
  const cutFile = () => {
    try {
      rewriteIfPending(database, file);
      const [[isBusy] = []] = cutLog.all();
      if (isBusy === 0) return undefined;
      return { code: 'STORE_WRITE_FAILED', message: `the log of ${file} is in use and could not be cut` };
    } catch (error) {
      return failureOf(error, 'STORE_WRITE_FAILED', `cannot rewrite ${file} after an erasure`);
    }
  };

  /** The log has the pages as they were: after an erasure it is emptied. @param {AppendOutcome[]} outcomes */
  const cutAfterErasure = (outcomes) => {
    const isErasure = outcomes.some(
      (outcome) => typeof outcome === 'object' && ('erased' in outcome || 'erasedScopes' in outcome),
    );
    const failure = isErasure ? cutFile() : undefined;
    if (failure === undefined) return outcomes;
    return outcomes.map((outcome) => {
      if (typeof outcome !== 'object') return outcome;
      if ('erased' in outcome) return { erased: { ...outcome.erased, failure } };
      return 'erasedScopes' in outcome ? { erasedScopes: { ...outcome.erasedScopes, failure } } : outcome;
    });
  };

  /** @param {readonly BatchDraft[]} batches @returns {AppendOutcome[]} */
  const commitGroup = (batches) => {
    try {
      begin.run();
      const outcomes = batches.map(apply);
      writeSources();
      commit.run();
      forgetClosed();
      return cutAfterErasure(outcomes);
    } catch (error) {
      // After some errors (a full disk) SQLite has rolled back by itself.
      if (database.isInTransaction()) database.exec('ROLLBACK');
      memory.reload();
      throw error;
    }
  };

  return {
    memory,
    /**
     * Writes batches in one transaction. If that fails, each is tried alone, in order, so that one bad batch takes
     * no other down.
     * @param {readonly BatchDraft[]} batches
     * @returns {AppendOutcome[]}
     */
    append(batches) {
      /** @param {unknown} error */
      const refused = (error) => ({
        failure: failureOf(error, 'STORE_WRITE_FAILED', `cannot append to ${file}`),
      });
      try {
        return commitGroup(batches);
      } catch (error) {
        if (batches.length === 1) return [refused(error)];
      }
      return batches.map((batch) => {
        try {
          return commitGroup([batch])[0] ?? 0;
        } catch (error) {
          return refused(error);
        }
      });
    },
  };
};
