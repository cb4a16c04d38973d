// What the writer's thread reads from its file on behalf of others, in pages small enough that writing never waits long.

import { idKey } from './batch-rules.js';
import { ERASED_SCOPE, isRewritePending } from './scope-erasure.js';

/** @import { Driver, Value } from './sqlite-driver.js' */
/** @import { StoreMemory } from './journal-store.js' */
/** @import { AuditPage, EntryRow, JobRow, JobsRequest, JobStateName, KeysPage, KeysRequest, NumberedScope, Page, PageRequest, SourceRow, SourceStateName } from './writer-protocol.ts' */

/** Rows of a page at most. */
const PAGE_ROWS = 1_000;

/** A page is cut after so many UTF-16 units of bodies, whatever its rows: texts may have megabytes. */
const PAGE_LENGTH = 2_000_000;

/** Rows fetched at a time while a page fills. */
const STEP_ROWS = 100;

/** @param {Value[]} row @returns {SourceRow} */
const sourceRow = ([id, scope, state, length, sequence]) => ({
  id: String(id),
  scope: Number(scope),
  state: /** @type {SourceStateName} */ (state),
  length: Number(length),
  sequence: Number(sequence),
});

/** @param {Value[]} row @returns {JobRow} */
const jobRow = ([id, scope, state, record, sequence]) => ({
  id: String(id),
  scope: Number(scope),
  state: /** @type {JobStateName} */ (state),
  record: String(record),
  sequence: Number(sequence),
});

/** @param {Value[]} row @returns {EntryRow} */
const entryRow = (row) => /** @type {EntryRow} */ (/** @type {unknown} */ (row));

/**
 * Fetches rows in steps until a page is full. `fetch(after, limit)` gives rows that start with a sequence and have a
 * body in fourth place.
 * @param {number} after
 * @param {(after: number, limit: number) => Value[][]} fetch
 */
const fillPage = (after, fetch) => {
  /** @type {Value[][]} */
  const rows = [];
  let length = 0;
  let last = after;
  while (rows.length < PAGE_ROWS && length < PAGE_LENGTH) {
    const step = fetch(last, STEP_ROWS);
    for (const row of step) {
      rows.push(row);
      length += String(row[3]).length;
    }
    last = Number(rows.at(-1)?.[0] ?? last);
    if (step.length < STEP_ROWS) return { rows, done: true };
  }
  return { rows, done: false };
};

/** @param {Driver} database @param {StoreMemory} memory */
export const createReader = (database, memory) => {
  const columns = 'sequence, scope, recorded_at, body, kind';
  // What was erased keeps its row, as its place.
  const range = `sequence > ?1 AND sequence <= ?2 AND kind <> 'erased'
    AND (?3 IS NULL OR kind IN (SELECT value FROM json_each(?3))) ORDER BY sequence LIMIT ?4`;
  const selectAll = database.prepare(`SELECT ${columns} FROM entries WHERE ${range}`);
  const selectScope = database.prepare(`SELECT ${columns} FROM entries WHERE scope = ?5 AND ${range}`);
  // The last condition of the second half is the one that its partial index has.
  const selectSource = database.prepare(
    `SELECT * FROM (
       SELECT ${columns} FROM entries WHERE sequence = ?5
       UNION ALL SELECT ${columns} FROM entries WHERE source = ?5 AND source <> sequence
     ) WHERE ${range}`,
  );
  const selectAudit = database.prepare(
    `SELECT ${columns}, coalesce(source, 0) FROM entries
     WHERE sequence > ? AND kind <> 'erased' ORDER BY sequence LIMIT ?`,
  );
  const sourceColumns = 'id, scope, state, length, sequence';
  const selectById = database.prepare(`SELECT ${sourceColumns} FROM sources WHERE id = ? ORDER BY sequence`);
  const selectComplete = database.prepare(
    `SELECT ${sourceColumns} FROM sources WHERE state = 'complete' ORDER BY sequence`,
  );
  // The first condition is what lets SQLite use the partial index.
  const selectUnfinished = database.prepare(
    `SELECT ${sourceColumns} FROM sources WHERE state <> 'complete' AND state = ? ORDER BY sequence`,
  );
  const selectEverySource = database.prepare(`SELECT ${sourceColumns} FROM sources`);
  const selectDangling = database.prepare(
    `SELECT count(*) FROM keys LEFT JOIN sources ON sources.id = keys.source AND sources.scope = keys.scope
     WHERE sources.id IS NULL`,
  );
  // Runs of sequences: within one, the distance to the count of rows so far stays the same.
  const selectErased = database.prepare(
    `SELECT min(sequence), max(sequence) FROM (
       SELECT sequence, sequence - row_number() OVER (ORDER BY sequence) AS run FROM entries
       WHERE scope = ? AND kind = 'erased'
     ) GROUP BY run ORDER BY 1`,
  );
  const jobColumns = 'id, scope, state, payload, sequence';
  const selectJobs = database.prepare(
    `SELECT ${jobColumns} FROM jobs WHERE state = ?1
       AND (?2 IS NULL OR scope IN (SELECT id FROM scopes WHERE tenant = ?2)) AND (?3 IS NULL OR kind = ?3)
     ORDER BY sequence LIMIT ?4`,
  );
  const selectEveryJob = database.prepare(`SELECT ${jobColumns} FROM jobs`);
  const selectIntegrity = database.prepare('PRAGMA integrity_check(20)');

  const selectIdKeys = database.prepare(
    'SELECT id, hash, id FROM sources WHERE id > ? AND scope = ? AND hash IS NOT NULL ORDER BY id LIMIT ?',
  );
  const selectKeys = database.prepare(
    'SELECT key, hash, source FROM keys WHERE key > ? AND scope = ? ORDER BY key LIMIT ?',
  );

  /** @param {PageRequest} request @returns {(after: number, until: number, limit: number) => Value[][]} */
  const fetcher = ({ scope, source, kinds }) => {
    const wanted = kinds === undefined ? null : JSON.stringify(kinds);
    const number =
      scope === undefined ? 0 : memory.scopeNumbers.get(JSON.stringify([scope.tenant, scope.user]));
    if (number === undefined) return () => [];
    if (source === undefined && scope === undefined) {
      return (after, until, limit) => selectAll.all(after, until, wanted, limit);
    }
    if (source === undefined) {
      return (after, until, limit) => selectScope.all(after, until, wanted, limit, number);
    }
    const found = selectById.all(source).map(sourceRow);
    const firsts = found
      .filter((row) => scope === undefined || row.scope === number)
      .map((row) => row.sequence);
    // Few scopes share an id. Each is read in the order of its index and merged here: a condition over all of them would
    // make SQLite sort the whole rest of a long document for every page.
    return (after, until, limit) =>
      firsts
        .flatMap((first) => selectSource.all(after, until, wanted, limit, first))
        .sort((left, right) => Number(left[0]) - Number(right[0]))
        .slice(0, limit);
  };

  return {
    /** @param {PageRequest} request @returns {Page} */
    page(request) {
      const until = Math.min(request.until ?? Number.POSITIVE_INFINITY, memory.next - 1);
      const fetch = fetcher(request);
      const { rows, done } = fillPage(request.after, (after, limit) => fetch(after, until, limit));
      const entries = rows.map(entryRow);
      const numbers = [...new Set(entries.map(([, scope]) => scope))];
      const scopes = numbers.flatMap((number) => memory.scopes[number] ?? []);
      return { rows: entries, scopes, until, done };
    },
    /** @param {{ id: string } | { state: SourceStateName }} filter */
    sources(filter) {
      const rows =
        'id' in filter
          ? selectById.all(filter.id)
          : filter.state === 'complete'
            ? selectComplete.all()
            : selectUnfinished.all(filter.state);
      return rows.map(sourceRow).map((row) => {
        const scope = memory.scopes[row.scope];
        return { ...row, tenant: scope?.tenant ?? '', user: scope?.user ?? '' };
      });
    },
    /** @param {KeysRequest} request @returns {KeysPage} */
    keys({ scope, after = { table: 'ids', key: '' } }) {
      const number = memory.scopeNumbers.get(JSON.stringify([scope.tenant, scope.user]));
      if (number === undefined) return { rows: [] };
      const ids = after.table === 'ids';
      const found = (ids ? selectIdKeys : selectKeys).all(after.key, number, PAGE_ROWS);
      const last = String(found.at(-1)?.[0] ?? '');
      const rows = found.map(
        ([key, hash, source]) =>
          /** @type {[string, string, string]} */ ([ids ? idKey(String(key)) : key, hash, source]),
      );
      if (found.length === PAGE_ROWS) return { rows, next: { table: after.table, key: last } };
      return ids ? { rows, next: { table: 'keys', key: '' } } : { rows };
    },
    /** @param {JobsRequest} filter */
    jobs: ({ state, tenant, type, limit }) =>
      selectJobs
        .all(state, tenant ?? null, type ?? null, limit ?? -1)
        .map(jobRow)
        .map((row) => {
          const scope = memory.scopes[row.scope];
          return { ...row, tenant: scope?.tenant ?? '', user: scope?.user ?? '' };
        }),
    /** Numbers are given in the order of first entries. @returns {NumberedScope[]} */
    scopes: () => memory.scopes.filter((scope) => scope !== undefined),
    /** @returns {string[]} */
    integrity: () => [
      ...selectIntegrity.all().flatMap(([problem]) => (problem === 'ok' ? [] : [String(problem)])),
      ...(isRewritePending(database)
        ? ['bytes of an erased scope are left: the file is rewritten at the next opening that has room']
        : []),
    ],
    /** @param {{ after: number }} request @returns {AuditPage} */
    audit(request) {
      const { rows, done } = fillPage(request.after, (after, limit) => selectAudit.all(after, limit));
      const page = { rows: rows.map(entryRow), filedUnder: rows.map((row) => Number(row[5])) };
      if (!done) return page;
      const sources = selectEverySource.all().map(sourceRow);
      const jobs = selectEveryJob.all().map(jobRow);
      const erased = selectErased
        .all(ERASED_SCOPE)
        .map(([first, last]) => /** @type {const} */ ([Number(first), Number(last)]));
      return { ...page, state: { sources, jobs, danglingKeys: Number(selectDangling.get()?.[0]), erased } };
    },
  };
};
