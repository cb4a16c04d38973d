// The only file that knows which SQLite binding is used. Rows are arrays in the order of the columns: libsql's row
// objects carry an extra `_metadata`. Only numbers and text go in and out; its blobs come back in changing types.

/**
 * @typedef {number | string | null} Value
 * @typedef {{
 *   run(...values: Value[]): void,
 *   get(...values: Value[]): Value[] | undefined,
 *   all(...values: Value[]): Value[][],
 * }} Statement
 * `get` and `all` read to the end: a statement left in the middle would hold back the write-ahead log.
 * @typedef {{
 *   exec(sql: string): void,
 *   prepare(sql: string): Statement,
 *   isInTransaction(): boolean,
 *   close(): void,
 * }} Driver
 * @typedef {'full' | 'busy' | 'corrupt' | 'missing' | 'other'} ErrorKind
 */

const KINDS = /** @type {const} */ ([
  ['SQLITE_FULL', 'full'],
  ['SQLITE_BUSY', 'busy'],
  ['SQLITE_LOCKED', 'busy'],
  ['SQLITE_CORRUPT', 'corrupt'],
  ['SQLITE_NOTADB', 'corrupt'],
]);

/** What went wrong, whatever the binding calls it. @param {unknown} error @returns {ErrorKind} */
export const errorKind = (error) => {
  const code = String(/** @type {{ code?: unknown } | undefined} */ (error)?.code ?? '');
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') return 'missing';
  return KINDS.find(([prefix]) => code.startsWith(prefix))?.[1] ?? 'other';
};

/**
 * Opens a database file, creating it if absent. Does not read it: a file that is no database is noticed at first use.
 * @typedef {(file: string) => Driver} OpenDatabase
 */

/**
 * Imports the binding. To find its file it asks Node for a report of the process, twice in each thread; with the names of its
 * connections in it that takes some 20 ms more, and seconds where no name server answers.
 */
const importBinding = async () => {
  const report = /** @type {{ excludeNetwork?: boolean } | undefined} */ (process.report);
  // One setting of all threads: whoever turned it on turns it off.
  if (report?.excludeNetwork !== false) return import('libsql');
  report.excludeNetwork = true;
  try {
    return await import('libsql');
  } finally {
    report.excludeNetwork = false;
  }
};

/**
 * Loads the binding, and gives what opens files with it: only who has a file ever pays for it.
 * @returns {Promise<OpenDatabase>}
 */
export const loadSqlite = async () => {
  const { default: Database } = await importBinding();
  return (file) => {
    const database = new Database(file);
    return {
      exec(sql) {
        database.exec(sql);
      },
      prepare(sql) {
        const statement = database.prepare(sql);
        const rows = statement.reader ? statement.raw() : statement;
        return {
          // Values go on as one array: libsql would flatten single ones into a new one, a fifth of an insert's time.
          run(...values) {
            statement.run(values);
          },
          get: (...values) => /** @type {Value[] | undefined} */ (rows.get(values)),
          all: (...values) => /** @type {Value[][]} */ (rows.all(values)),
        };
      },
      isInTransaction: () => database.inTransaction,
      close() {
        // With prepared statements alive, libsql closes the file only when the thread ends.
        database.close();
      },
    };
  };
};

/** As {@link loadSqlite} and then the file. @param {string} file @returns {Promise<Driver>} */
export const openDatabase = async (file) => (await loadSqlite())(file);
