import type { Tokenizer } from '@retentive/core';
import { exportScope } from '../archive/export-scope.ts';
import { importArchive } from '../archive/import-archive.ts';
import type { Journal, ScopeKey } from '../journal/journal.ts';
import type { ScopedMemory } from '../memory-types.ts';
import type { BackgroundWriter } from '../writing/background-writer.ts';

/** What archives of a scope work with. */
export interface ArchiveMemoryParts {
  readonly key: ScopeKey;
  readonly journal: Journal;
  readonly tokenizer: () => Promise<Tokenizer>;
  readonly background: BackgroundWriter | undefined;
  readonly assertOpen: () => void;
}

/** Makes the part of a scope that carries all of it elsewhere, and back. */
export const createArchiveMemory = ({
  key,
  journal,
  tokenizer,
  background,
  assertOpen,
}: ArchiveMemoryParts): Pick<ScopedMemory, 'export' | 'import'> => ({
  async *export(options = {}) {
    assertOpen();
    yield* exportScope(journal, key, options);
  },

  async import(open, options) {
    assertOpen();
    // The archive may tell further down how a job ended that it queues: nobody is to begin it before.
    const release = await background?.hold(key);
    try {
      return await importArchive({ journal, scope: key, tokenizer }, open, options);
    } finally {
      release?.();
    }
  },
});
