// The journal on one SQLite file, as its only writer sees it: synchronous, run in the writer's thread.

import { idKey, planBatch } from './batch-rules.js';
import { failureOf } from './failure.js';

/** @import { Driver } from './sqlite-driver.js' */
/** @import { AppendOutcome, BatchDraft, EntryDraft, JobDraft, JobStateName, NumberedScope, SourceStanding, SourceStateName } from './writer-protocol.ts' */

/** Open sources are remembered between groups; sources that nobody closes must not fill the memory. */
const MAX_REMEMBERED_SOURCES = 10_000;

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
    /** Forgets everything that a failed transaction may have left. */
    reload() {
      memory.scopeNumbers.clear();
      memory.scopes.length = 0;
      memory.standings.clear();
      memory.changed.clear();
      for (const [number, tenant, user] of selectScopes.all()) {
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
  const selectJob = database.prepare('SELECT scope, state FROM jobs WHERE id = ?');
  const upsertJob = database.prepare(
    `INSERT INTO jobs (id, scope, kind, payload, state, attempts, run_after, last_error, sequence)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET payload = excluded.payload, state = excluded.state,
       attempts = excluded.attempts, run_after = excluded.run_after, last_error = excluded.last_error`,
  );
  const deleteJob = database.prepare('DELETE FROM jobs WHERE id = ?');

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
    return { state: /** @type {JobStateName} */ (row[1]), isOwn: row[0] === scope };
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
  const sourceOf = (scope, { kind, source: id }, sequence, standings) => {
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

  /** @param {BatchDraft} batch @returns {AppendOutcome} */
  const apply = (batch) => {
    const scope = memory.scopeNumbers.get(scopeName(batch));
    const plan = planBatch(batch, {
      source: (id) => (scope === undefined ? undefined : findSource(scope, id)),
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

  /** @param {readonly BatchDraft[]} batches @returns {AppendOutcome[]} */
  const commitGroup = (batches) => {
    try {
      begin.run();
      const outcomes = batches.map(apply);
      writeSources();
      commit.run();
      forgetClosed();
      return outcomes;
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
