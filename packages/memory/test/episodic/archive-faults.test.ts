import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import type { ScopeArchive } from '../../src/episodic/scope-archive.ts';
import { createSqliteScopeArchive } from '../../src/episodic/sqlite-scope-archive.ts';
import { loadSqliteFiles } from '../../src/journal/load-sqlite.ts';
import { describeScopeArchiveFaults, type Fault } from '../../src/testing/index.ts';
import { createTestRoot } from '../journal/support.ts';
import { createFaultySqlite, sqliteError } from '../support/faulty-sqlite.ts';

// What fails is injected, so no disk has to be waited for.
const root = createTestRoot({ inMemory: true });
afterAll(root.remove);

let file = '';
const open = async (fault?: Fault): Promise<ScopeArchive> => {
  const files = await loadSqliteFiles();
  return createSqliteScopeArchive({
    file,
    files: fault === undefined ? files : { ...files, open: createFaultySqlite(files.open, fault) },
    fingerprint: '1/400',
    // A write that fails loses nothing that was written.
    onLost: (reason) => expect.fail(reason),
  });
};

describeScopeArchiveFaults('SQLite', {
  open(fault) {
    file = join(root.next(), 'archive', 'one.db');
    return open(fault);
  },
  reopen: () => open(),
  errorOf: sqliteError,
  leastCalls: 20,
});
