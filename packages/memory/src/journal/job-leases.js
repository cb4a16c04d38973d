// Who works on which job, beside the record of what happened: a lease is for now, and no entry says it.

/** @import { Driver } from './sqlite-driver.js' */
/** @import { StoreMemory } from './journal-store.js' */
/** @import { LeaseAnswer, LeaseRequest } from './writer-protocol.ts' */

/** @param {Driver} database @param {StoreMemory} memory @param {'FULL' | 'NORMAL'} synchronous of the journal */
export const createLeases = (database, memory, synchronous) => {
  const begin = database.prepare('BEGIN IMMEDIATE');
  const commit = database.prepare('COMMIT');
  const select = database.prepare(
    `SELECT lease_owner IS NULL OR lease_owner = ? OR lease_until <= ? FROM jobs
     WHERE id = ? AND scope = ? AND state = 'queued'`,
  );
  const update = database.prepare('UPDATE jobs SET lease_owner = ?, lease_until = ? WHERE id = ?');
  const clear = database.prepare(
    'UPDATE jobs SET lease_owner = NULL, lease_until = NULL WHERE lease_owner IS NOT NULL',
  );

  return {
    /** A folder has one owner: whoever held leases before this one holds nothing any more. */
    clear() {
      try {
        clear.run();
      } catch {
        // A full disk, say. The leases run out by themselves.
      }
    },
    /** @param {LeaseRequest} request @returns {LeaseAnswer} */
    take({ scope, jobs, owner, until, now }) {
      const number = memory.scopeNumbers.get(JSON.stringify([scope.tenant, scope.user]));
      if (number === undefined) return { taken: [], gone: jobs };
      // A lease that a power cut takes back costs a second look at a job, and no sync is spent on it.
      database.exec('PRAGMA synchronous = NORMAL');
      try {
        begin.run();
        /** @type {string[]} */
        const taken = [];
        /** @type {string[]} */
        const gone = [];
        for (const id of jobs) {
          const row = select.get(owner, now, id, number);
          if (row === undefined) gone.push(id);
          else if (row[0] === 1) taken.push(id);
        }
        for (const id of taken) update.run(owner, until, id);
        commit.run();
        return { taken, gone };
      } catch (error) {
        if (database.isInTransaction()) database.exec('ROLLBACK');
        throw error;
      } finally {
        database.exec(`PRAGMA synchronous = ${synchronous}`);
      }
    },
  };
};
