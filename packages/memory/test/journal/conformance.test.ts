import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '@retentive/core';
import { afterAll } from 'vitest';
import { createInMemoryJournal } from '../../src/journal/in-memory-journal.ts';
import type { Journal } from '../../src/journal/journal.ts';
import { openSqliteJournal } from '../../src/journal/sqlite-journal.ts';
import { describeJournal } from '../../src/testing/journal-conformance.ts';

const root = mkdtempSync(join(tmpdir(), 'retentive-journal-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const folders: string[] = [];
const openNew = (clock: Clock): Promise<Journal> => {
  folders.push(join(root, String(folders.length)));
  return openSqliteJournal({ path: folders.at(-1) as string, clock });
};

/** A wrapper that adds nothing: it must be as good a journal as what it wraps. */
const passThrough = (inner: Journal): Journal => ({
  capabilities: { ...inner.capabilities, name: `pass-through of ${inner.capabilities.name}` },
  append: (batch, options) => inner.append(batch, options),
  erase: (erasure, options) => inner.erase(erasure, options),
  eraseScopes: (selection, options) => inner.eraseScopes(selection, options),
  subscribe: (listener) => inner.subscribe(listener),
  read: (options) => inner.read(options),
  sources: (filter, options) => inner.sources(filter, options),
  keys: (scope, options) => inner.keys(scope, options),
  jobs: (filter, options) => inner.jobs(filter, options),
  lease: (lease, options) => inner.lease(lease, options),
  scopes: (options) => inner.scopes(options),
  check: (options) => inner.check(options),
  repair: (options) => inner.repair(options),
  backup: (file, options) => inner.backup(file, options),
  close: () => inner.close(),
});

describeJournal('in-memory', { open: async (clock) => createInMemoryJournal({ clock }) });

describeJournal('sqlite', {
  open: openNew,
  reopen: (clock) => openSqliteJournal({ path: folders.at(-1) as string, clock }),
});

describeJournal('pass-through', { open: async (clock) => passThrough(createInMemoryJournal({ clock })) });
